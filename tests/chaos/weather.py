"""Receivers that turn bad for a while, one after the other, and when each could take nothing."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.chaos.manners import TAKES, Manner, manners_say

LEAST_S, MOST_S = 3.0, 9.0
BAD = [each for each in Manner if each is not Manner.OK]


class Weather:
    """Changes the manners of a receiver's paths, and keeps when which could take nothing."""

    def __init__(self, manners: Path, paths: Sequence[str], *, seed: int) -> None:
        """Begin with everybody well; the seed decides what comes when."""
        self._manners, self._paths, self._dice = manners, paths, Random(seed)
        self._stop = threading.Event()
        self.outages: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.counted: Counter[str] = Counter()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Let one path after the other turn bad until the block ends; then all are well."""
        thread = threading.Thread(target=self._work, name="weather")
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(timeout=MOST_S * 2)

    @contextmanager
    def away(self, channel: str) -> Iterator[None]:
        """Note that a channel could take nothing during the block; `""` is all of them."""
        began = time.time()
        yield
        self.outages[channel].append((began, time.time()))
        self.counted["broker stopped"] += not channel

    def was_away(self, channels: Sequence[str], began: float, ended: float) -> None:
        """Note that these could be told nothing for a while, epoch seconds."""
        for channel in channels:
            self.outages[channel].append((began, ended))

    def _work(self) -> None:
        # Each kind as often as the others, whatever the seed.
        turns: list[Manner] = []
        while not self._stop.is_set():
            turns = turns or self._dice.sample(BAD, len(BAD))
            self._turn(self._dice.choice(self._paths), turns.pop())

    def _turn(self, path: str, manner: Manner) -> None:
        began = time.time()
        manners_say(self._manners, {path: manner})
        self._stop.wait(self._dice.uniform(LEAST_S, MOST_S))
        manners_say(self._manners, {})
        self.counted[manner.value] += 1
        if manner not in TAKES:
            self.outages[path].append((began, time.time()))
