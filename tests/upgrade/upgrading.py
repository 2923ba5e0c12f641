"""A database as an earlier release left it, brought up to date for the tests of one module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django.plugin import DjangoDbBlocker

State = Sequence[tuple[str, str]]


@contextmanager
def brought_up_from(
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
    MigrationExecutor(connection).migrate(list(targets))
    # What it has prepared returns columns that are gone.
    connection.close()
