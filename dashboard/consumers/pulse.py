"""The pulse of a process: how far each fleet has come, and who may still hear of it."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone

from governance.feed import hub
from governance.selectors.people import seats_now
from governance.selectors.sequences import sequences_now
from governance.services.signs import sockets_tell

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    Listener = Callable[["Beat"], None]

logger = logging.getLogger(__name__)

EVERY_S = 10.0
# How this process is called among those that hold sockets.
PROCESS = f"{socket.gethostname()}:{os.getpid()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at an open page: the person's key, and the session that signed them in."""

    user_key: str
    session_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What is true at one moment.

    ``sequences`` are the last event numbers of all living fleets by slug; ``seats`` the fleets of
    each person who looks; ``sessions`` the keys of their sessions that are still signed in.
    """

    sequences: Mapping[str, int]
    seats: Mapping[str, frozenset[str]]
    sessions: frozenset[str]

    def seats_of(self, viewer: Viewer) -> frozenset[str]:
        """Return the fleets that this page may hear of now; none once the session has ended."""
        if viewer.session_key not in self.sessions:
            return frozenset()
        return self.seats.get(viewer.user_key, frozenset())


class Pulse:
    """Reads three small lists once a beat, however many pages are open.

    Pushes can be lost: while the broker is away nobody is told of anything. A page whose number
    lies behind the beat asks for what it missed; a page whose person lost the membership or the
    session closes, even if the notice of it never came. Without a database there is no beat, and
    pages say that they are stale.
    """

    def __init__(self) -> None:
        """Start at rest; the first listener sets it going."""
        self._listeners: dict[Listener, Viewer] = {}
        self._beating: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._dropped = 0

    def dropped(self) -> None:
        """Note that a page was cut off because it fell too far behind."""
        self._dropped += 1

    @contextmanager
    def listening(self, listener: Listener, viewer: Viewer) -> Iterator[None]:
        """Call ``listener`` with each beat until the block ends; it must not block."""
        self._listeners[listener] = viewer
        if self._beating is None or self._beating.done():
            self._beating = asyncio.get_running_loop().create_task(self._beat_forever())
        try:
            yield
        finally:
            self._listeners.pop(listener, None)
            if not self._listeners and self._beating is not None:
                self._beating.cancel()
                self._beating = None
                self._tell_soon()

    async def _beat_forever(self) -> None:
        with ExitStack() as stack:
            # What was pushed while the subscription was down is lost: compare at once.
            stack.enter_context(hub().resuming(self._hurry.set))
            while True:
                await self._rest()
                self._tell_soon()
                try:
                    await self._beat()
                except DatabaseError as error:
                    logger.warning("no pulse, the database does not answer: %s", error)
                except Exception:
                    # A pulse that ended for good would leave every page of this process stale.
                    logger.exception("the pulse failed, trying again")

    async def _beat(self) -> None:
        viewers = set(self._listeners.values())
        beat = await database_sync_to_async(beat_read)(viewers)
        for listener, viewer in tuple(self._listeners.items()):
            # Whoever came during the reading is not in it, and would seem to be shut out.
            if viewer not in viewers:
                continue
            try:
                listener(beat)
            except Exception:
                logger.exception("a page failed at a beat")

    def _tell_soon(self) -> None:
        """Let the health page know how many sockets are open; a slow broker holds up no beat."""
        self._telling = asyncio.get_running_loop().run_in_executor(
            None,
            partial(sockets_tell, PROCESS, is_open=len(self._listeners), dropped=self._dropped),
        )

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(EVERY_S):
                await self._hurry.wait()
        except TimeoutError:
            pass
        self._hurry.clear()


def beat_read(viewers: Collection[Viewer]) -> Beat:
    """Return the sequence numbers of all fleets, and where these viewers still belong."""
    # By Django's clock, not the one of the rules: it was Django that wrote the expiry.
    sessions = Session.objects.filter(
        session_key__in={viewer.session_key for viewer in viewers}, expire_date__gt=timezone.now()
    )
    return Beat(
        sequences=sequences_now(),
        seats=seats_now(user_ids={viewer.user_key for viewer in viewers}),
        sessions=frozenset(sessions.values_list("session_key", flat=True)),
    )


_pulses: WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse] = WeakKeyDictionary()


def pulse() -> Pulse:
    """Return the pulse of the running event loop."""
    return _pulses.setdefault(asyncio.get_running_loop(), Pulse())
