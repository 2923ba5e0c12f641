"""A database as an earlier release left it, brought up to date for the tests of one module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from config.migrating import searched_rarely

State = Sequence[tuple[str, str]]

OLD = "countersign_of_earlier"
OURS = frozenset({"governance", "escalations"})
_SCHEMA = """
    SELECT format('%s.%s %s%s %s %s%s', attrelid::regclass, attname,
        format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' NOT NULL' END,
        pg_get_expr(adbin, adrelid), attidentity, attgenerated)
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped
        AND attrelid IN (
            SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        )
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT format('%s: %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('%s: %s', viewname, definition) FROM pg_views WHERE schemaname = 'public'
    UNION ALL SELECT format('%s %s', sequencename, data_type) FROM pg_sequences
    WHERE schemaname = 'public'
    ORDER BY 1
"""


@contextmanager
def brought_up_from(
    before: State, insert: Callable[[], None], blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Bring a new database to ``before``, fill it with ``insert``, and bring it up to date.

    Each test is rolled back; the database is dropped at the end.
    """
    with blocker.unblock():
        run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(OLD)))
        usual = turned_to(OLD)
    try:
        with blocker.unblock():
            migrate_to(before)
            insert()
            call_command("migrate", verbosity=0)
            # What it has prepared returns columns that are gone.
            connection.close()
        yield
    finally:
        with blocker.unblock():
            turned_to(usual)
            run(sql.SQL("DROP DATABASE {}").format(sql.Identifier(OLD)))


class EarlierLoader(MigrationLoader):
    """Knows our migrations one by one, as earlier releases did.

    What replaces them now, and whatever came after that, it does not know.
    """

    def load_disk(self) -> None:
        super().load_disk()
        disk = self.disk_migrations
        replaced = {key for migration in disk.values() for key in migration.replaces}
        self.disk_migrations = {
            key: disk[key] for key in disk if key in replaced or key[0] not in OURS
        }


def models_at(state: State) -> StateApps:
    """Return the models as they were at these migrations."""
    return EarlierLoader(connection).project_state(list(state)).apps


def migrate_to(state: State) -> None:
    """Bring the tables of a new database to these migrations, and those of other apps up to date."""
    executor = MigrationExecutor(connection)
    executor.loader = EarlierLoader(connection)
    named = {app for app, _ in state}
    others = [node for node in executor.loader.graph.leaf_nodes() if node[0] not in named]
    with searched_rarely():
        executor.migrate([*state, *others])
    # What it has prepared returns columns that are gone.
    connection.close()


def schema_lines() -> list[str]:
    """Return whatever the schema of the database is made of, each thing in words."""
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMA)
        return [line for (line,) in cursor.fetchall()]


def turned_to(database: str) -> str:
    """Let the connection be one to another database, and return to which it was."""
    connection.close()
    before = str(connection.settings_dict["NAME"])
    connection.settings_dict["NAME"] = database
    return before


def run(statement: sql.Composed) -> None:
    """Run a statement about databases."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
