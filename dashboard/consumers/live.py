"""The live socket of a page: thin events of the person's fleets, nothing else.

Each text the page receives is a JSON array of messages, in order:

- `{"hello": {"shop": 41}, "release": "..."}` once, first: the fleets it hears, with the last
  sequence number of each, and which release of the scripts this server hands out;
- `{"fleet": "shop", "seq": 42, "name": "ticket.opened", "ids": {"ticket": "..."}}` an event;
- `{"beat": {"shop": 42}}` every 10 s: how far each fleet has come, so that a lost event shows;
- `{"looking": "5e88..."}` with the beats, to a page of one ticket (`?ticket=<id>`): a sign that
  changes with who else has it open. Being told so is what keeps the page's own person among them.

What a page sends is ignored: decisions are HTTP requests.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from enum import IntEnum
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from dashboard.consumers.pulse import Viewer, pulse
from dashboard.pages.presence import look
from dashboard.services.sign_in import second_factor_is_owed
from dashboard.templatetags.release import release
from governance.events import SessionEnded
from governance.feed import hub
from governance.selectors.people import fleets_of
from governance.selectors.sessions import session_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import AnonymousUser, User

    from dashboard.consumers.pulse import Beat
    from governance.feed import Notice

LIFETIME_S = 3600.0
# A page that is this far behind learns more from one new snapshot than from the backlog.
WAITING_MOST = 512


class CloseCode(IntEnum):
    """Why the server closed the socket (4000 to 4999 are an application's own)."""

    SIGNED_OUT = 4401
    NOT_FOUND = 4404
    RESYNC = 4408


class LiveConsumer(AsyncWebsocketConsumer):
    """Forwards the notices of a person's fleets; `/ws/queue/` all, `/ws/f/<fleet>/` one of them.

    Identity and memberships are read once, when the page connects, and compared with each beat.
    Of its own it runs no query afterwards: a page fetches what an event is about over HTTP, where
    permissions are checked again.
    """

    # No channel of its own: the process has one subscription and filters in memory (feed.Hub).
    channel_layer_alias = "none"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start without a person; `connect` fills the rest in."""
        super().__init__(*args, **kwargs)
        self._viewer = Viewer(user_key="", session_key="")
        self._fleet = ""
        self._ticket_id: UUID | None = None
        self._looking: asyncio.Task[None] | None = None
        self._sequences: Mapping[str, int] | None = None
        self._outbox: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue(maxsize=WAITING_MOST)
        self._listening = ExitStack()
        self._writer: asyncio.Task[None] | None = None
        self._closer: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Accept, then say why not where not: a refused handshake could not carry a reason."""
        await self.accept()
        user = cast("User | AnonymousUser", self.scope["user"])
        if not user.is_authenticated or await database_sync_to_async(is_held)(self.scope):
            await self.close(code=CloseCode.SIGNED_OUT)
            return
        self._viewer = Viewer(
            user_key=str(user.pk), session_key=self.scope["session"].session_key or ""
        )
        self._fleet = self.scope["url_route"]["kwargs"].get("fleet", "")
        self._ticket_id = ticket_named(self.scope["query_string"]) if self._fleet else None
        # Listen first, read second: what happens in between waits in the outbox.
        self._listening.enter_context(hub().listening(self._hear))
        self._listening.enter_context(pulse().listening(self._beat, self._viewer))
        sequences = await database_sync_to_async(sequences_heard)(user, self._fleet)
        if sequences is None:
            self._end(CloseCode.NOT_FOUND)
            return
        self._sequences = sequences
        self._writer = asyncio.create_task(self._write())
        self._look()

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - the signature is Channels'
        """Stop listening."""
        self._listening.close()
        if self._writer is not None:
            self._writer.cancel()

    def _hear(self, notice: Notice) -> None:
        if self._sequences is not None and notice["fleet"] not in self._sequences:
            return
        if notice["name"] == SessionEnded.wire_name:
            if self._is_ended(notice["ids"]):
                self._end(CloseCode.SIGNED_OUT)
                return
            # Others need the number, so that they see no gap, but not the name of the person.
            notice = {**notice, "ids": {}}
        self._put(dict(notice))

    def _is_ended(self, ids: Mapping[str, str]) -> bool:
        """Return whether the session that ended is this page's; without a mark all of them did."""
        mine = session_mark(self._viewer.session_key)
        return ids.get("user") == self._viewer.user_key and ids.get("session", mine) == mine

    def _beat(self, beat: Beat) -> None:
        if self._sequences is None:
            return
        heard = frozenset(self._sequences)
        seats = beat.seats_of(self._viewer)
        if not heard <= seats or self._viewer.session_key not in beat.sessions:
            self._end(CloseCode.SIGNED_OUT)
        elif not self._fleet and heard != seats:
            # The page joins all fleets of the person, and there is a new one.
            self._end(CloseCode.RESYNC)
        else:
            self._put({"beat": {slug: beat.sequences[slug] for slug in sorted(heard)}})
            self._look()

    def _look(self) -> None:
        """Say who has the ticket open; a broker that hangs holds up neither beats nor events."""
        if self._ticket_id is not None and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._look_around(self._ticket_id))

    async def _look_around(self, ticket_id: UUID) -> None:
        # Any id may stand in the address: only who may see the ticket reads what is kept by it.
        sign = await asyncio.to_thread(
            look, fleet=self._fleet, ticket_id=ticket_id, user_key=self._viewer.user_key
        )
        if sign is not None:
            self._put({"looking": sign})

    def _put(self, message: Mapping[str, Any]) -> None:
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            pulse().dropped()
            self._end(CloseCode.RESYNC)

    async def _write(self) -> None:
        sequences = self._sequences or {}
        try:
            async with asyncio.timeout(LIFETIME_S):
                await self._say([{"hello": sequences, "release": release()}])
                while True:
                    waiting = [await self._outbox.get()]
                    while not self._outbox.empty():
                        waiting.append(self._outbox.get_nowait())
                    # Heard before the memberships were read, so not filtered yet.
                    await self._say([m for m in waiting if m.get("fleet", "") in {"", *sequences}])
        except TimeoutError:
            self._end(CloseCode.RESYNC)
        except OSError:
            # The page is gone; the server tells `disconnect` next.
            self._listening.close()

    async def _say(self, messages: list[Mapping[str, Any]]) -> None:
        if messages:
            await self.send(text_data=json.dumps(messages, separators=(",", ":")))

    def _end(self, code: CloseCode) -> None:
        self._listening.close()
        # The writer may be stuck in a send to a page that does not read.
        if self._writer is not None:
            self._writer.cancel()
        if self._closer is None:
            self._closer = asyncio.create_task(self.close(code=code))


def is_held(scope: Mapping[str, Any]) -> bool:
    """Return whether the person of a socket has yet to set a required second factor up."""
    return settings.SECOND_FACTOR_REQUIRED and second_factor_is_owed(
        scope["session"], scope["user"]
    )


def ticket_named(query: bytes) -> UUID | None:
    """Return the ticket that a page of one names in the address of its socket, else None."""
    [named] = parse_qs(query.decode("ascii", "replace")).get("ticket", [""])[:1]
    try:
        return UUID(named)
    except ValueError:
        return None


def sequences_heard(user: User, slug: str) -> dict[str, int] | None:
    """Return the last sequence number of each fleet the person hears, by slug.

    Args:
        user: the signed-in person.
        slug: one fleet, or empty for all of the person's fleets.

    Returns:
        None for a fleet that does not exist or that the person does not belong to.
    """
    sequences = {fleet.slug: fleet.event_seq for fleet, _ in fleets_of(user=user)}
    if not slug:
        return sequences
    return {slug: sequences[slug]} if slug in sequences else None


async def refuse_unknown_path(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
    """Refuse a socket at a path that has none; without it the router raises and logs an error."""
    await receive()
    await send({"type": "websocket.close", "code": CloseCode.NOT_FOUND})
