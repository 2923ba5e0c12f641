"""A database as an earlier release left it, brought up to date for the tests of one module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from config.migrating import searched_rarely

State = Sequence[tuple[str, str]]

OLD = "countersign_of_earlier"


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
            migrate(before)
            insert()
            migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
        yield
    finally:
        with blocker.unblock():
            turned_to(usual)
            run(sql.SQL("DROP DATABASE {}").format(sql.Identifier(OLD)))


@contextmanager
def taken_back_and_up_from(
    before: State, insert: Callable[[], None], blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Take the tables back to ``before``, fill them with ``insert``, and bring them up to date.

    Each test is rolled back; the old rows are deleted at the end.
    """
    with blocker.unblock():
        leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
        newest = [node for node in leaves if node[0] in {app for app, _ in before}]
        try:
            migrate(before)
            insert()
        finally:
            migrate(newest)
    yield
    with blocker.unblock():
        call_command("flush", verbosity=0, interactive=False)


def migrate(targets: State) -> None:
    """Bring the tables to these migrations, forth or back."""
    with searched_rarely():
        MigrationExecutor(connection).migrate(list(targets))
    # What it has prepared returns columns that are gone.
    connection.close()


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
