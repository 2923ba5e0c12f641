"""The database for a command that needs it while nothing else runs."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, connections

from config.embedded import embedded_stack, home_named
from config.embedded.home import home_holds
from config.embedded.postgres import postgres_answers, postgres_find, postgres_of_cluster
from config.settings import ENV

if TYPE_CHECKING:
    from collections.abc import Iterator


class NoInstallationError(RuntimeError):
    """The database is not one of Countersign; the message says which was looked at."""


def installation_require() -> None:
    """Return if the database holds the tables of an installation.

    Raises:
        NoInstallationError: else.
    """
    tables = connection.introspection.table_names()
    if "governance_fleet" not in tables:
        message = (
            f"The database {ENV.database.name} holds no installation of Countersign: it has "
            f"{len(tables)} tables, and governance_fleet is none of them. Nothing was done."
        )
        raise NoInstallationError(message)


@contextmanager
def database_reached(*, any_version: bool = False) -> Iterator[None]:
    """Hold the database up: one that runs, or that ``DATABASE_URL`` names elsewhere, is left
    alone; a stopped embedded one is started and stopped again.

    Args:
        any_version: also where another major version laid the cluster, by its own programs.

    Raises:
        EmbeddedServerError: if it cannot be started.
    """
    home = home_named()
    own = home_holds(home, os.environ.get("DATABASE_URL", ""))
    if not own or postgres_answers(home):
        yield
        return
    folder = postgres_of_cluster(home) if any_version else postgres_find()
    with embedded_stack(home, variables=os.environ, programs=folder):
        try:
            yield
        finally:
            connections.close_all()
