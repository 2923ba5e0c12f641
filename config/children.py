"""The processes of Countersign on one machine, beside the embedded servers."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from config.embedded.home import PROJECT
from config.processes import Program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.embedded import Home

# Two of each: one web process can restart, and one long job can run, while the other serves.
WEB_PROCESSES = 2
WORKER_PROCESSES = 2
# Threads, because they do nothing but wait for whom they send to.
COURIER_THREADS = 8
# Who asks stops before who answers.
AGENTS_TURN, WEB_TURN, QUEUE_TURN = range(3)
QUEUES = "gate,sweep,scan"
# A worker of its own: whoever takes long to answer must hold up no deadline.
COURIER_QUEUE = "notify"
# So must whoever decides a year again; each time in a new process, whose memory goes with it.
BACKTEST_QUEUE = "backtest"


def web_programs(home: Home, *, listener: int) -> list[Program]:
    """Return the web processes, all serving the listening socket with descriptor ``listener``."""
    return [
        Program(
            name=f"web-{number}",
            argv=(sys.executable, "-m", "config.web", str(listener)),
            log=home.log(f"web-{number}"),
            directory=PROJECT,
            inherited=(listener,),
            stop_turn=WEB_TURN,
        )
        for number in range(1, WEB_PROCESSES + 1)
    ]


def queue_programs(home: Home) -> list[Program]:
    """Return the Celery workers and the clock that gives them periodic work."""
    celery = (sys.executable, "-m", "celery", "-A", "config")
    # One worker on one machine has nobody to gossip with.
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    threads = ("-P", "threads", "-c", str(COURIER_THREADS), "-n", "courier@%h")
    backtests = ("-c", "1", "--max-tasks-per-child", "1", "-n", "backtester@%h")
    workers = [
        Program(
            name=name,
            argv=(*celery, "worker", "-Q", *words, *alone),
            log=home.log(name),
            directory=PROJECT,
            stop_s=4.0,
            stop_turn=QUEUE_TURN,
            # Without its parent it ends at once: whatever it was doing may run again. The servers
            # go too, and while Celery tries to reach its broker again no other signal ends it.
            orphan_signal=signal.SIGKILL,
        )
        for name, words in (
            ("worker", (QUEUES, "-c", str(WORKER_PROCESSES))),
            ("courier", (COURIER_QUEUE, *threads)),
            ("backtester", (BACKTEST_QUEUE, *backtests)),
        )
    ]
    schedule = str(home.root / "beat-schedule")
    beat = Program(
        name="beat",
        argv=(*celery, "beat", "--schedule", schedule, "--pidfile", ""),
        log=home.log("beat"),
        directory=PROJECT,
        stop_s=2.0,
        stop_turn=QUEUE_TURN,
    )
    return [*workers, beat]


def loop_program(home: Home, variables: Mapping[str, str], *, pace_s: float = 2.0) -> Program:
    """Return the shop's agents, which ask every ``pace_s`` with the access in ``variables``."""
    return Program(
        name="agents",
        argv=(sys.executable, "examples/langgraph/loop.py", "--pace", str(pace_s)),
        log=home.log("agents"),
        directory=PROJECT,
        environ={**os.environ, "PYTHONPATH": str(PROJECT), **variables},
        stop_s=2.0,
        stop_turn=AGENTS_TURN,
    )


def simulation_program(home: Home, url: str, *, reviewer: bool = False) -> Program:
    """Return the simulated agents; with ``reviewer`` the demo's people decide by themselves."""
    words = ("--url", url, "--key-file", str(home.root / "demo.json"))
    return Program(
        name="simulation",
        argv=(
            sys.executable,
            "manage.py",
            "simulate",
            *words,
            *(("--reviewer",) if reviewer else ()),
        ),
        log=home.log("simulation"),
        directory=PROJECT,
        stop_s=3.0,
        stop_turn=AGENTS_TURN,
    )
