"""The folder an embedded stack lives in: its lock, its secrets and its socket directory."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from config.embedded.errors import EmbeddedServerError, HomeInUseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROJECT = Path(__file__).resolve().parents[2]
# A socket path must fit into sun_path: 108 bytes on Linux, 104 on macOS, both with the final zero.
SOCKET_PATH_BYTES = 103
POSTGRES_PORT = 5432  # names the socket; nothing listens on the network
POSTGRES_SOCKET = f".s.PGSQL.{POSTGRES_PORT}"
VALKEY_SOCKET = "valkey.sock"
ROLE = DATABASE = "countersign"
# All that a stack, its children and its demo write; a home may be a folder of other things too.
FOLDERS = ("postgres", "postgres.new", "run", "static", "metrics", "log")
FILES = (
    "postgres-password", "secret-key", "seal-key", "beat-schedule*", "demo.json", "shop.sqlite3*",
    "lock",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one home folder; nothing is created by asking for them."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The cluster's folder."""
        return self.root / "postgres"

    @property
    def static(self) -> Path:
        """Where the static files are collected."""
        return self.root / "static"

    @property
    def metrics(self) -> Path:
        """Where web processes share what they count; it begins empty with each start."""
        return self.root / "metrics"

    @property
    def sockets(self) -> Path:
        """The directory of both sockets: in the home, else in the temporary folder."""
        inside = self.root / "run"
        fits = len(os.fsencode(inside / POSTGRES_SOCKET)) <= SOCKET_PATH_BYTES
        # PostgreSQL's client takes a comma for the end of the path.
        if fits and "," not in str(inside):
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"countersign-{os.geteuid()}-{digest}"

    @property
    def valkey_socket(self) -> Path:
        """The broker's socket."""
        return self.sockets / VALKEY_SOCKET

    def log(self, name: str) -> Path:
        """Return where the child called ``name`` writes what it says."""
        return self.root / "log" / f"{name}.log"


def home_secret(home: Home, name: str) -> str:
    """Return a random secret, made at the first call and kept in the home (43 URL-safe letters)."""
    path = home.root / name
    if not path.exists():
        home_create(home)
        draft = path.with_name(f"{name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32))
        # A link appears whole or not at all: another process may be asking for the same secret.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def home_database_url(home: Home) -> str:
    """Return the ``DATABASE_URL`` of the embedded PostgreSQL of ``home``."""
    password = home_secret(home, "postgres-password")
    sockets = quote(str(home.sockets))
    return f"postgresql://{ROLE}:{password}@:{POSTGRES_PORT}/{DATABASE}?host={sockets}"


def home_holds(home: Home, database_url: str) -> bool:
    """Return whether a URL names the embedded database of ``home``; makes nothing."""
    known = (home.root / "postgres-password").exists()
    return known and database_url == home_database_url(home)


def home_broker_url(home: Home) -> str:
    """Return the ``BROKER_URL`` of the embedded Valkey of ``home``."""
    return f"redis+socket://{quote(str(home.valkey_socket))}"


def home_named(variables: Mapping[str, str] = os.environ) -> Home:
    """Return the home that ``COUNTERSIGN_HOME`` names, else ``.countersign`` of the project."""
    return Home(Path(variables.get("COUNTERSIGN_HOME") or PROJECT / ".countersign").absolute())


def home_create(home: Home) -> None:
    """Make the folders of ``home``, readable by their owner only; existing ones stay as they are.

    Raises:
        EmbeddedServerError: if the socket directory belongs to somebody else.
    """
    home.root.parent.mkdir(parents=True, exist_ok=True)
    for folder in (home.root, home.root / "log", home.sockets):
        folder.mkdir(mode=0o700, exist_ok=True)
    _require_private(home.sockets)


@contextmanager
def home_locked(home: Home) -> Iterator[None]:
    """Hold ``home`` for one stack; the kernel lets go of it when this process dies.

    Raises:
        HomeInUseError: if another stack holds it.
    """
    home_create(home)
    with (home.root / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            message = f"{home.root} is in use by process {holder}: stop it first"
            raise HomeInUseError(message) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        try:
            yield
        finally:
            if home.sockets.parent != home.root:
                shutil.rmtree(home.sockets, ignore_errors=True)


def home_release(home: Home, *, within_s: float = 20.0) -> None:
    """Ask the stack that holds ``home`` to stop, and return when it has; without one, at once.

    Raises:
        HomeInUseError: if it still runs after ``within_s`` seconds.
    """
    deadline = time.monotonic() + within_s
    asked = False
    while home.root.exists():
        try:
            with home_locked(home):
                return
        except HomeInUseError:
            if time.monotonic() > deadline:
                raise
        if not asked:
            # Whoever has just taken it may not have written down who it is.
            with suppress(ProcessLookupError, ValueError):
                os.kill(int((home.root / "lock").read_text()), signal.SIGTERM)
                asked = True
        time.sleep(0.1)


def home_erase(home: Home) -> None:
    """Stop the stack of ``home`` and delete what it wrote; files of others stay.

    Raises:
        HomeInUseError: if the stack does not stop.
    """
    home_release(home)
    for name in FOLDERS:
        shutil.rmtree(home.root / name, ignore_errors=True)
    for pattern in FILES:
        for path in home.root.glob(pattern):
            path.unlink()
    with suppress(OSError):
        home.root.rmdir()


def _require_private(folder: Path) -> None:
    """Refuse a directory that others prepared: the temporary folder is open to everybody."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        message = f"{folder} must be a directory of your own with mode 0700: remove it and retry"
        raise EmbeddedServerError(message)
