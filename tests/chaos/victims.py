"""The processes of one running stack, found by what they run, and killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from config.children import BACKTEST_QUEUE, COURIER_QUEUE, QUEUES

if TYPE_CHECKING:
    from random import Random

    from config.embedded.home import Home

PROC = Path("/proc")


class Victim(StrEnum):
    """What is killed."""

    WORKER = "worker"
    BEAT = "beat"
    WEB = "web"
    VALKEY = "valkey"
    COURIER = "courier"
    BACKTESTER = "backtester"


_WORDS = {
    Victim.WORKER: {"celery", QUEUES},
    Victim.BEAT: {"celery", "beat"},
    Victim.WEB: {"config.web"},
    Victim.VALKEY: {"valkey-server"},
    Victim.COURIER: {"celery", COURIER_QUEUE},
    Victim.BACKTESTER: {"celery", BACKTEST_QUEUE},
}


def alive(victim: Victim, home: Home) -> list[int]:
    """Return the ids of the processes that the supervisor of ``home`` started as ``victim``."""
    return sorted(pid for pid, words in _children(home) if words >= _WORDS[victim])


def kill(victim: Victim, home: Home, dice: Random) -> int:
    """Kill one such process, whichever ``dice`` says, without warning; return its id.

    Raises:
        LookupError: if none runs.
    """
    found = alive(victim, home)
    if not found:
        raise LookupError(f"no {victim} runs in {home.root}")
    hit = dice.choice(found)
    os.kill(hit, signal.SIGKILL)
    return hit


def _children(home: Home) -> Iterator[tuple[int, set[str]]]:
    """Yield id and words of each process that the stack's supervisor started."""
    mark = f"COUNTERSIGN_HOME={home.root}"
    for folder in PROC.iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            # Each child leads a session of its own; what it starts itself belongs to that.
            if os.getsid(int(folder.name)) != int(folder.name):
                continue
            line = (folder / "cmdline").read_text().replace("\0", " ")
            environ = (folder / "environ").read_text(errors="replace")
        except OSError:
            continue
        # Valkey writes its title over its environment; its socket names the home as well.
        if mark in environ.split("\0") or str(home.valkey_socket) in line:
            yield int(folder.name), {word.rpartition("/")[2] for word in line.split()}
