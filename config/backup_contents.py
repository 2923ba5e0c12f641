"""What a database holds, read in one statement after the other of one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from config.backup_manifest import Contents, FleetHead
from config.embedded.dump import LEFT_OUT

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind IN ('r', 'p') ORDER BY relname
"""
HEADS = """
    SELECT slug, event_seq, coalesce(hash, '') FROM governance_fleet
    LEFT JOIN governance_event ON fleet_id = governance_fleet.id AND seq = event_seq
"""


def tables_present(cursor: CursorWrapper) -> list[str]:
    """Return the names of the tables of the database, in order."""
    cursor.execute(TABLES)
    return [name for (name,) in cursor.fetchall()]


def contents_read(cursor: CursorWrapper) -> Contents:
    """Return what the transaction of ``cursor`` sees of the database."""
    rows = {}
    for table in tables_present(cursor):
        if table not in LEFT_OUT:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            ((rows[table],),) = cursor.fetchall()
    cursor.execute(HEADS)
    heads = {slug: FleetHead(seq=seq, hash=digest) for slug, seq, digest in cursor.fetchall()}
    migrations: dict[str, tuple[str, ...]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        migrations[app] = (*migrations.get(app, ()), name)
    return Contents(rows=rows, heads=heads, migrations=migrations)


def server_major(cursor: CursorWrapper) -> int:
    """Return the major version of the server, such as 18."""
    cursor.execute("SHOW server_version_num")
    ((told,),) = cursor.fetchall()
    return int(told) // 10_000
