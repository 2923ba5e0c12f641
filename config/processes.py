"""Start and stop child processes so that none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LEASH = Path(__file__).with_name("leash.py")
SERVER_TURN = 9  # the last to stop: everything else needs the servers
KEEP_LOG_BYTES = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What it takes to run one child.

    ``prefix`` changes the account the child runs under (``unshare ...``); ``orphan_signal`` is what
    the kernel sends it when this process dies without stopping it; ``stop_turn`` orders the end of
    several: lower turns stop first, equal ones together. ``restart_most_s`` is the longest that a
    supervisor waits before it starts one again that has failed.
    """

    name: str
    argv: tuple[str, ...]
    log: Path
    prefix: tuple[str, ...] = ()
    environ: Mapping[str, str] | None = None
    directory: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_s: float = 3.0
    stop_turn: int = 0
    orphan_signal: signal.Signals = signal.SIGTERM
    inherited: tuple[int, ...] = ()
    # Short enough that an open page has caught up within 15 s of whatever died.
    restart_most_s: float = 8.0


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start ``program`` in a session of its own, on the leash of this process.

    A terminal's Ctrl-C reaches only this process, which stops its children in order. Call it from
    the main thread: the kernel's parent-death signal follows the thread that started the child.
    """
    # The prefix comes first: changing the account clears the parent-death signal.
    leash = [sys.executable, "-I", "-S", str(LEASH)]
    terms = [str(os.getpid()), str(int(program.orphan_signal))]
    with log_open(program.log) as log:
        return subprocess.Popen(
            [*program.prefix, *leash, *terms, *program.argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=program.directory,
            env=program.environ,
            pass_fds=program.inherited,
            start_new_session=True,
        )


def stop(program: Program, process: subprocess.Popen[bytes]) -> int:
    """Stop ``process`` as politely as ``program`` allows and return its exit code; idempotent."""
    request_stop(program, process)
    return finish(process, within_s=program.stop_s)


def request_stop(program: Program, process: subprocess.Popen[bytes]) -> None:
    """Send the stop signal without waiting."""
    if process.poll() is None:
        process.send_signal(program.stop_signal)


def finish(
    process: subprocess.Popen[bytes],
    *,
    within_s: float,
    patient: Callable[[], bool] = lambda: True,
) -> int:
    """Wait ``within_s`` seconds for the end, then kill what is left of the child's session.

    Returns:
        The exit code; sooner than asked when ``patient`` no longer holds.
    """
    deadline = time.monotonic() + within_s
    while process.poll() is None and time.monotonic() < deadline and patient():
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
    # Also after a proper end: a child that died badly may have left children of its own.
    kill_session(process)
    return process.wait()


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill the child and whatever it started in its process group."""
    # Nobody is left, or (macOS says it so) only zombies are.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def log_open(path: Path) -> BinaryIO:
    """Open a child's log to append to, readable by its owner only; a grown log starts afresh."""
    if path.exists() and path.stat().st_size > KEEP_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def log_tail(path: Path, *, lines: int = 20) -> str:
    """Return the last lines of a child's log, or an empty string without one."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
