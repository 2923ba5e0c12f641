"""Agents that ask people without end, and a person who answers some of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import TYPE_CHECKING

from examples.client import RefusedError, UnavailableError

if TYPE_CHECKING:
    from examples.client import Task
    from tests.e2e.stack import Stack

LEAST_S, MOST_S = 0.5, 2.5


class Asking:
    """Asks until it is ended."""

    def __init__(self, stack: Stack, *, seed: int) -> None:
        """Ask later."""
        self._stack, self._dice, self._stop = stack, Random(seed), threading.Event()
        self._tasks: list[Task] = []
        self._thread = threading.Thread(target=self._work, name="asking")

    def begin(self) -> None:
        """Ask from now on."""
        self._thread.start()

    @property
    def count(self) -> int:
        """Return how many questions people were asked."""
        return len(self._tasks)

    def end(self) -> int:
        """Ask nothing more, and return how many questions people were asked.

        Raises:
            TimeoutError: if nothing was ever asked.
        """
        self._stop.set()
        self._thread.join(timeout=60.0)
        if not self._tasks:
            raise TimeoutError("no question was asked")
        return len(self._tasks)

    def withdraw_all(self) -> None:
        """Withdraw whatever still waits."""
        for task in self._tasks:
            with suppress(RefusedError):
                self._stack.gate.cancel(task, "That was all.")

    def _work(self) -> None:
        while not self._stop.wait(self._dice.uniform(LEAST_S, MOST_S)):
            try:
                task = self._stack.refund_ask(f"Refund {len(self._tasks) + 1}")
                self._tasks.append(task)
                if self._dice.random() < 0.3:
                    self._stack.gate.cancel(task, "Never mind.")
            except (RefusedError, UnavailableError):
                # It may ask no more for now, or nobody answered: the next one is as good.
                continue


@contextmanager
def asking(stack: Stack, *, seed: int) -> Iterator[Asking]:
    """Ask until the block ends, or it is ended."""
    work = Asking(stack, seed=seed)
    work.begin()
    try:
        yield work
    finally:
        work.end()
