"""The pulse of a process: how far each fleet has come, told to every open page at once."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.db import DatabaseError

from governance.selectors.sequences import sequences_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Listener = Callable[[Mapping[str, int]], None]

logger = logging.getLogger(__name__)

EVERY_S = 10.0


class Pulse:
    """Reads the fleets' sequence numbers once a beat, however many pages are open.

    The channel layer reconnects to its broker without a word, so what it lost meanwhile shows
    only here: a page whose number lies behind the beat fetches again. Without a database there
    is no beat, and the page says that it is stale.
    """

    def __init__(self) -> None:
        """Start at rest; the first listener sets it going."""
        self._listeners: set[Listener] = set()
        self._beating: asyncio.Task[None] | None = None

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Call ``listener`` with each fleet's last sequence number until the block ends."""
        self._listeners.add(listener)
        if self._beating is None:
            self._beating = asyncio.get_running_loop().create_task(self._beat_forever())
        try:
            yield
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._beating is not None:
                self._beating.cancel()
                self._beating = None

    async def _beat_forever(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                sequences = await database_sync_to_async(sequences_now)()
            except DatabaseError as error:
                logger.warning("no pulse, the database does not answer: %s", error)
                continue
            for listener in tuple(self._listeners):
                listener(sequences)


_pulses: WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse] = WeakKeyDictionary()


def pulse() -> Pulse:
    """Return the pulse of the running event loop."""
    return _pulses.setdefault(asyncio.get_running_loop(), Pulse())
