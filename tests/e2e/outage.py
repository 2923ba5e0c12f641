"""Take parts of a running stack away, for a while and for real."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from config.embedded.home import home_database_url
from examples.client import RefusedError, UnavailableError
from tests.chaos.victims import PROC, Victim, alive
from tests.e2e.stack import until

if TYPE_CHECKING:
    from config.embedded.home import Home
    from tests.e2e.stack import Stack

BACK_WITHIN_S = 60.0
# Enough for every thread of both web processes to take one.
GATE_CALLS = 40


@contextmanager
def held(stack: Stack, *victims: Victim) -> Iterator[None]:
    """Hold processes still: they keep their connections and do nothing; nobody starts others."""
    processes = [process for victim in victims for process in alive(victim, stack.home)]
    assert processes
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


@contextmanager
def database_down(stack: Stack) -> Iterator[None]:
    """Stop PostgreSQL; the supervisor, held meanwhile, starts it again at the end."""
    supervisor = _supervisor(stack.home)
    postmaster = int((stack.home.postgres / "postmaster.pid").read_text().splitlines()[0])
    os.kill(supervisor, signal.SIGSTOP)
    try:
        os.kill(postmaster, signal.SIGQUIT)
        until(lambda: not _answers(stack.home))
        yield
    finally:
        os.kill(supervisor, signal.SIGCONT)
        until(lambda: _answers(stack.home), within_s=BACK_WITHIN_S)


def gate_back(stack: Stack) -> None:
    """Return once the gate's threads, each with a connection of its own, have new ones."""
    until(lambda: all(_asks(stack) for _ in range(GATE_CALLS)), within_s=BACK_WITHIN_S)


def _asks(stack: Stack) -> bool:
    try:
        stack.gate.task(agent="nobody")
    except UnavailableError:
        return False
    except RefusedError:
        return True
    return True


def _supervisor(home: Home) -> int:
    """Return the id of the process that started the web processes."""
    status = (PROC / str(alive(Victim.WEB, home)[0]) / "status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("PPid:")))


def _answers(home: Home) -> bool:
    try:
        psycopg.connect(home_database_url(home), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
