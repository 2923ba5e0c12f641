"""Calls of keys without a limit: nobody waits for their count.

They are counted in memory and told to the broker within a second, all in one round trip, and when
the process ends. What a process has counted and not told is lost if it is killed, and what is
counted while the broker is away is lost too.
"""

from __future__ import annotations

import atexit
from collections import Counter
from threading import Lock, Timer
from typing import TYPE_CHECKING

from governance.services.key_counters import broker_is_away, calls_add

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from governance.services.key_counters import Minute

TOLD_WITHIN_S = 1.0
# Minutes of keys; with more they are told at once.
HELD_MOST = 500


class Tally:
    """What this process has counted and not told."""

    def __init__(self, add: Callable[[Mapping[Minute, int]], object]) -> None:
        """Hold nothing; ``add`` tells the broker."""
        self._add = add
        self._lock = Lock()
        self._held: Counter[Minute] = Counter()

    def note(self, minute: Minute) -> None:
        """Count one call; the broker hears of it within 1 s."""
        if broker_is_away():
            return
        with self._lock:
            self._held[minute] += 1
            held, is_new = len(self._held), self._held[minute] == 1
        if is_new and held == 1:
            later = Timer(TOLD_WITHIN_S, self.tell)
            later.daemon = True
            later.start()
        elif held >= HELD_MOST:
            self.tell()

    def tell(self) -> None:
        """Tell the broker all that is held, and hold it no longer."""
        with self._lock:
            held, self._held = self._held, Counter()
        self._add(held)


tally = Tally(calls_add)
# A web process is stopped by a signal and tells by `config.lifespan`.
atexit.register(tally.tell)
