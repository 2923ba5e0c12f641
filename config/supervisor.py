"""Keep child processes running until told to stop, then stop them in order."""

from __future__ import annotations

import os
import select
import signal
import time
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from config.processes import finish, kill_session, log_tail, request_stop, start

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from types import FrameType, TracebackType

    from config.processes import Program

FIRST_DELAY_S = 0.5
# A child that ran this long is healthy: its next failure counts as the first again.
HEALTHY_S = 20.0


class StopRequestedError(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM or a closed terminal."""


def restart_delay_s(failures: int, *, most_s: float) -> float:
    """Return the wait before the next start: 0.5 s, doubled with each failure up to ``most_s``."""
    return min(FIRST_DELAY_S * 2.0 ** (failures - 1), most_s)


@dataclass(slots=True)
class Child:
    """A supervised program; ``start_at`` (monotonic) is set while it waits for its restart."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    failures: int = 0
    start_at: float | None = None


class Supervisor(AbstractContextManager["Supervisor"]):
    """Owns the children and, while entered, the signals that mean stop.

    Use it in the main thread of a process that lives for it.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        """Report to a person through ``say``, a line or block at a time."""
        self._say = say
        self._children: list[Child] = []
        self._stops_wanted = 0
        self._interruptible = False

    def __enter__(self) -> Self:
        self._wake_reader, self._wake_writer = os.pipe()
        for end in (self._wake_reader, self._wake_writer):
            os.set_blocking(end, False)
        self._old_wake_writer = signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        handled = [signal.SIGINT, signal.SIGTERM, signal.SIGCHLD]
        # Under nohup a closed terminal means nothing.
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            handled.append(signal.SIGHUP)
        self._old_handlers = [(number, signal.signal(number, self._note)) for number in handled]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_all()
        for number, handler in self._old_handlers:
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_wake_writer)
        os.close(self._wake_reader)
        os.close(self._wake_writer)

    def start(self, *programs: Program) -> list[subprocess.Popen[bytes]]:
        """Start ``programs`` and keep them running.

        Raises:
            StopRequestedError: if somebody asked for the end meanwhile.
        """
        self.check()
        processes = []
        for program in programs:
            child = Child(program, start(program), time.monotonic())
            self._children.append(child)
            processes.append(child.process)
        return processes

    def check(self) -> None:
        """Raise StopRequestedError if somebody asked for the end."""
        if self._stops_wanted:
            raise StopRequestedError

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let a stop signal raise StopRequestedError at once, for work that cannot ask."""
        self.check()
        self._interruptible = True
        try:
            yield
        finally:
            self._interruptible = False

    def watch(self, *, until: Callable[[], bool] = lambda: False, every_s: float = 60.0) -> None:
        """Restart what ends, until ``until`` (asked at least ``every_s``) holds.

        Raises:
            StopRequestedError: when somebody asks for the end.
        """
        while not until():
            self.check()
            self._restart_ended()
            self._sleep(every_s)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._stops_wanted += 1
            if self._interruptible:
                self._interruptible = False
                raise StopRequestedError

    def _restart_ended(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.start_at is None and child.process.poll() is not None:
                self._bury(child, now)
            if child.start_at is not None and child.start_at <= now:
                child.process, child.started_at = start(child.program), now
                child.start_at = None

    def _bury(self, child: Child, now: float) -> None:
        """Clear up after an ended child and set the time of its restart."""
        kill_session(child.process)
        if now - child.started_at >= HEALTHY_S:
            child.failures = 0
        child.failures += 1
        delay_s = restart_delay_s(child.failures, most_s=child.program.restart_most_s)
        child.start_at = now + delay_s
        name, code = child.program.name, child.process.returncode
        self._say(f"{name} ended with {code}; it starts again in {delay_s:g} s")
        if child.failures == 1:
            self._say(f"  from {child.program.log}:\n{log_tail(child.program.log, lines=15)}")

    def _sleep(self, at_most_s: float) -> None:
        """Sleep until a signal arrives or a restart is due."""
        now = time.monotonic()
        due = [child.start_at - now for child in self._children if child.start_at is not None]
        readable, _, _ = select.select([self._wake_reader], [], [], max(min([*due, at_most_s]), 0))
        if readable:
            os.read(self._wake_reader, 4096)

    def _stop_all(self) -> None:
        """Stop the children turn by turn; when asked once more, wait for none."""

        def patient() -> bool:
            return self._stops_wanted <= 1

        running = [child for child in self._children if child.start_at is None]
        for turn in sorted({child.program.stop_turn for child in running}):
            together = [child for child in running if child.program.stop_turn == turn]
            for child in together:
                request_stop(child.program, child.process)
            for child in together:
                finish(child.process, within_s=child.program.stop_s, patient=patient)
        self._children.clear()
