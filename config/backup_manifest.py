"""What lies beside a back-up: of which product it is, what it holds, and how to know it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
BLOCK_BYTES = 1024 * 1024
NOT_HELD = (
    "SECRET_KEY and every other setting, the key that signs seals, secret files of the home and "
    "what signs people in elsewhere: keep them apart from the back-up. Sessions are left out: "
    "people sign in again."
)
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class BackupRefusedError(ValueError):
    """A back-up cannot be taken or used; the message says why and what to do."""


class FleetHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last event of a fleet, 0 and no hash before the first."""

    seq: int
    hash: str


class Contents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one snapshot held: rows by table, the last event by fleet, migrations by app."""

    rows: Mapping[str, int]
    heads: Mapping[str, FleetHead]
    migrations: Mapping[str, tuple[str, ...]]


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One back-up; ``postgres`` is the major version of the server it was taken from.

    ``seal_keys`` names the keys that signed its log, each by 8 hexadecimal digits of its SHA-256.
    ``transaction`` stands in back-ups of before and means nothing any more.
    """

    format: int
    product: str
    taken_at: Annotated[datetime, msgspec.Meta(tz=True)]
    postgres: int
    file: str
    bytes: int
    sha256: Sha256
    contents: Contents
    seal_keys: tuple[str, ...] = ()
    transaction: int | msgspec.UnsetType = msgspec.UNSET
    not_held: str = NOT_HELD


def manifest_path(dump: Path) -> Path:
    """Return where the manifest of a dump lies."""
    return dump.with_name(dump.name + ".manifest.json")


def manifest_encode(manifest: Manifest) -> bytes:
    """Return the manifest as JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def manifest_read(dump: Path) -> Manifest:
    """Return the manifest beside ``dump``.

    Raises:
        BackupRefusedError: where there is none, or none that this version reads.
    """
    path = manifest_path(dump)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        message = (
            f"There is no {path}: without its manifest nobody can tell whether a back-up is whole."
        )
        raise BackupRefusedError(message) from None
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupRefusedError(f"{path} is not a manifest that is understood: {error}.") from None
    if manifest.format != FORMAT:
        message = f"{path} has format {manifest.format}, this version reads {FORMAT}."
        raise BackupRefusedError(message)
    return manifest


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def dump_check(dump: Path, manifest: Manifest) -> None:
    """Return if ``dump`` is the very file that its manifest describes.

    Raises:
        BackupRefusedError: else.
    """
    if not dump.is_file():
        raise BackupRefusedError(f"There is no {dump}.")
    found = file_sha256(dump)
    if found != manifest.sha256:
        message = (
            f"{dump} is not the file that was written: its SHA-256 is {found}, its manifest says "
            f"{manifest.sha256}. It was changed or cut off; take another back-up."
        )
        raise BackupRefusedError(message)


def migrations_unknown(
    manifest: Manifest, known: Mapping[str, frozenset[str]]
) -> list[tuple[str, str]]:
    """Return the migrations of the back-up that this version does not have, as (app, name)."""
    return [
        (app, name)
        for app, names in sorted(manifest.contents.migrations.items())
        for name in names
        if name not in known.get(app, frozenset())
    ]


def contents_differ(wanted: Contents, found: Contents) -> list[str]:
    """Return in sentences what was loaded otherwise than it was dumped."""
    told = [
        f"{table} has {found.rows.get(table, 0):,} rows, the back-up had {count:,}"
        for table, count in sorted(wanted.rows.items())
        if found.rows.get(table, 0) != count
    ]
    told += [
        f"{table} is there, the back-up has no such table"
        for table in sorted(found.rows.keys() - wanted.rows.keys())
    ]
    return told + [
        f"fleet {slug} ends with {found.heads.get(slug)}, in the back-up with {head}"
        for slug, head in sorted(wanted.heads.items())
        if found.heads.get(slug) != head
    ]
