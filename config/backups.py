"""A back-up of the whole database as one file with its manifest, and the way back."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader

from config.backup_contents import contents_read, server_major, tables_present
from config.backup_manifest import (
    FORMAT,
    BackupRefusedError,
    Manifest,
    contents_differ,
    dump_check,
    file_sha256,
    manifest_encode,
    manifest_path,
    manifest_read,
    migrations_unknown,
)
from config.embedded.dump import dump_load, dump_write, tools_find
from config.product import PRODUCT
from config.settings import ENV
from governance.selectors.seal_losses import seal_keys_used
from governance.services.backups import backup_note
from governance.services.transaction_numbers import transaction_numbers_raise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

SHOWN_MOST = 5


def backup_take(target: Path, *, now: datetime) -> tuple[Path, Manifest]:
    """Write a back-up of one consistent snapshot and return its path and manifest.

    People and agents may go on meanwhile: what commits later is not in it.

    Args:
        target: a file that is not there yet, or a folder in which one is made, named by the time.
        now: when it is taken.

    Raises:
        BackupRefusedError: if the file is there already, or its folder is not.
        DumpError: where no tools fit the server, or they fail; nothing is left behind.
    """
    path = target / f"countersign-{now:%Y%m%dT%H%M%SZ}.dump" if target.is_dir() else target
    if not path.parent.is_dir():
        raise BackupRefusedError(f"There is no folder {path.parent}.")
    for each in (path, manifest_path(path)):
        if each.exists():
            raise BackupRefusedError(f"{each} is there already, and no back-up is overwritten.")
    with _draft(path) as draft:
        manifest = _dumped(path, draft, now=now)
        _publish(draft, path)
    with _draft(manifest_path(path)) as draft:
        draft.write_bytes(manifest_encode(manifest))
        # Last: a dump without a manifest is one that was not finished, and is never restored.
        _publish(draft, manifest_path(path))
    backup_note(
        product=manifest.product, sha256=manifest.sha256, size_bytes=manifest.bytes, taken_at=now
    )
    return path, manifest


def backup_check(path: Path) -> Manifest:
    """Return the manifest of a back-up that this version can load; no database is asked.

    Raises:
        BackupRefusedError: if it is not the file that was written, or is from a newer version.
    """
    manifest = manifest_read(path)
    dump_check(path, manifest)
    _require_known(manifest)
    return manifest


def backup_restore(path: Path, manifest: Manifest) -> None:
    """Load a checked back-up into an empty database, compare it with its manifest and bring it up
    to date.

    Raises:
        BackupRefusedError: before anything is changed, if the server or the database do not allow
            it; afterwards, if what was loaded is not what the manifest says.
        DumpError: where no tools fit the server, or they fail; the database stays empty.
    """
    with connection.cursor() as cursor:
        major = server_major(cursor)
        _require_empty(tables_present(cursor))
    if major < manifest.postgres:
        message = (
            f"{path} was taken from PostgreSQL {manifest.postgres}, this server is {major}: "
            "restore into the same version or a newer one. Nothing was done."
        )
        raise BackupRefusedError(message)
    # A back-up's file is read by tools that are not older than those that wrote it.
    tools = tools_find(server_major=max(major, manifest.postgres))
    connections.close_all()
    dump_load(tools, ENV.database, path=path)
    _require_same(manifest)
    call_command("migrate", verbosity=0, interactive=False)
    transaction_numbers_raise()


def _dumped(path: Path, draft: Path, *, now: datetime) -> Manifest:
    """Write the dump to ``draft`` and return its manifest: both see the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        ((snapshot,),) = cursor.fetchall()
        major = server_major(cursor)
        contents, keys = contents_read(cursor), seal_keys_used()
        # The snapshot is there for others as long as this transaction is.
        dump_write(tools_find(server_major=major), ENV.database, snapshot=snapshot, path=draft)
    return Manifest(
        format=FORMAT,
        product=PRODUCT,
        taken_at=now,
        postgres=major,
        file=path.name,
        bytes=draft.stat().st_size,
        sha256=file_sha256(draft),
        contents=contents,
        seal_keys=tuple(keys),
    )


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """Yield an empty file beside ``path`` that only its owner reads; it is gone afterwards."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path) -> None:
    """Give the whole file its name, once it is on the disk.

    Raises:
        BackupRefusedError: if somebody else took the name meanwhile.
    """
    _to_disk(draft)
    try:
        # A link, unlike a rename, never takes the place of a file.
        path.hardlink_to(draft)
    except FileExistsError:
        message = f"{path} is there already, and no back-up is overwritten."
        raise BackupRefusedError(message) from None
    _to_disk(path.parent)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _require_known(manifest: Manifest) -> None:
    known: dict[str, frozenset[str]] = {}
    for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
        known[app] = known.get(app, frozenset()) | {name}
    unknown = migrations_unknown(manifest, known)
    if unknown:
        named = ", ".join(f"{app} {name}" for app, name in unknown[:SHOWN_MOST])
        message = (
            f"The back-up is of Countersign {manifest.product}, which has migrations that this "
            f"version, {PRODUCT}, does not know: {named}. Restore it with that version or a newer "
            "one. Nothing was done."
        )
        raise BackupRefusedError(message)


def _require_empty(tables: list[str]) -> None:
    if tables:
        named = ", ".join(tables[:SHOWN_MOST])
        message = (
            f"The database {ENV.database.name} is not empty: it has {len(tables)} tables, such as "
            f"{named}. A back-up is only restored into an empty database; name another one in "
            "DATABASE_URL, or move the folder of the embedded one away. Nothing was done."
        )
        raise BackupRefusedError(message)


def _require_same(manifest: Manifest) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        differing = contents_differ(manifest.contents, contents_read(cursor))
    if differing:
        told = "; ".join(differing[:SHOWN_MOST])
        message = (
            f"What was loaded is not what the manifest says: {told}. Do not work with this "
            "database: drop it and restore another back-up."
        )
        raise BackupRefusedError(message)
