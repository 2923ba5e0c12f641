"""What is said of a back-up, and what of it is believed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from pytest_django.fixtures import Settings

from config.backup_keys import seal_keys_missing, seal_keys_require
from config.backup_manifest import (
    BackupRefusedError,
    Contents,
    FleetHead,
    Manifest,
    contents_differ,
    dump_check,
    file_sha256,
    manifest_encode,
    manifest_path,
    manifest_read,
    migrations_unknown,
)
from config.embedded.dump import DumpError, connection_environ, tools_find
from config.env import database_address
from governance.domain.log.keys import key_name

HEAD = FleetHead(seq=7, hash="a" * 64)
CONTENTS = Contents(
    rows={"governance_task": 3}, heads={"shop": HEAD}, migrations={"governance": ("0001_initial",)}
)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "x.dump"
    path.write_bytes(b"rows")
    return path


def manifest_of(dump: Path) -> Manifest:
    return Manifest(
        format=1,
        product="0.1.0",
        taken_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
        postgres=18,
        file=dump.name,
        bytes=4,
        sha256=file_sha256(dump),
        contents=CONTENTS,
    )


def tool_folder(folder: Path, version: str) -> Path:
    folder.mkdir()
    program = folder / "pg_dump"
    program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    return folder


def test_a_manifest_is_read_as_it_was_written(dump: Path) -> None:
    manifest_path(dump).write_bytes(manifest_encode(manifest_of(dump)))

    assert manifest_read(dump) == manifest_of(dump)
    dump_check(dump, manifest_of(dump))


def test_a_manifest_of_before_is_read_though_it_names_a_transaction(dump: Path) -> None:
    plain = {**json.loads(manifest_encode(manifest_of(dump))), "transaction": 900}
    manifest_path(dump).write_text(json.dumps(plain))

    assert manifest_read(dump) == msgspec.structs.replace(manifest_of(dump), transaction=900)


def test_the_keys_that_signed_are_wanted_and_only_those(dump: Path, settings: Settings) -> None:
    settings.SEAL_KEYS = ("of today", "of before")
    before = key_name("of before")
    known = msgspec.structs.replace(manifest_of(dump), seal_keys=(before,))
    lost = msgspec.structs.replace(manifest_of(dump), seal_keys=("0badc0de", before))

    seal_keys_require(known)
    seal_keys_require(manifest_of(dump))
    with pytest.raises(BackupRefusedError, match="is signed with the key 0badc0de, and this"):
        seal_keys_require(lost)
    assert seal_keys_missing(lost) == ["0badc0de"]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"no json", "is not a manifest that is understood"),
        (b"{}", "is not a manifest that is understood"),
        (None, "without its manifest nobody can tell whether a back-up is whole"),
    ],
)
def test_what_is_no_manifest_is_refused(dump: Path, raw: bytes | None, told: str) -> None:
    if raw is not None:
        manifest_path(dump).write_bytes(raw)

    with pytest.raises(BackupRefusedError, match=told):
        manifest_read(dump)


def test_a_manifest_of_another_format_is_refused(dump: Path) -> None:
    other = msgspec.structs.replace(manifest_of(dump), format=2)
    manifest_path(dump).write_bytes(manifest_encode(other))

    with pytest.raises(BackupRefusedError, match="has format 2, this version reads 1"):
        manifest_read(dump)


def test_a_changed_file_and_one_that_is_gone_are_refused(dump: Path) -> None:
    manifest = manifest_of(dump)
    dump.write_bytes(b"rowz")

    with pytest.raises(BackupRefusedError, match="is not the file that was written"):
        dump_check(dump, manifest)
    dump.unlink()
    with pytest.raises(BackupRefusedError, match="There is no"):
        dump_check(dump, manifest)


def test_migrations_that_this_version_lacks_are_named(dump: Path) -> None:
    manifest = manifest_of(dump)

    assert migrations_unknown(manifest, {"governance": frozenset({"0001_initial"})}) == []
    assert migrations_unknown(manifest, {}) == [("governance", "0001_initial")]


def test_each_difference_of_contents_is_a_sentence() -> None:
    found = Contents(
        rows={"governance_task": 2, "stray": 0},
        heads={"shop": FleetHead(seq=6, hash="b" * 64)},
        migrations={},
    )

    told = contents_differ(CONTENTS, found)

    assert contents_differ(CONTENTS, CONTENTS) == []
    assert told[:2] == [
        "governance_task has 2 rows, the back-up had 3",
        "stray is there, the back-up has no such table",
    ]
    assert told[2].startswith("fleet shop ends with ")
    assert len(told) == 3


def test_the_oldest_tools_that_fit_are_taken(tmp_path: Path) -> None:
    folders = [tool_folder(tmp_path / each, f"{each}.2") for each in ("15", "17", "18")]

    found = [tools_find(server_major=major, folders=folders) for major in (15, 16, 18)]

    assert [each.major for each in found] == [15, 17, 18]


@pytest.mark.parametrize(
    ("there", "told"),
    [(["15"], "pg_dump is of PostgreSQL 15, the server is 18"), ([], "there is no pg_dump")],
)
def test_tools_older_than_the_server_are_refused(
    tmp_path: Path, there: list[str], told: str
) -> None:
    folders = [tool_folder(tmp_path / each, f"{each}.2") for each in there]

    with pytest.raises(DumpError, match=told):
        tools_find(server_major=18, folders=folders)


def test_the_password_travels_in_the_environment_and_what_is_not_named_is_left_out() -> None:
    address = database_address("postgresql://me:secret@/shop?host=/run")

    assert connection_environ(address) == {
        "PGDATABASE": "shop", "PGUSER": "me", "PGPASSWORD": "secret", "PGHOST": "/run",
    }  # fmt: skip
    assert connection_environ(replace(address, user="", password="")) == {
        "PGDATABASE": "shop", "PGHOST": "/run",
    }  # fmt: skip
