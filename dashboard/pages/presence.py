"""Who else has a ticket open now: kept in the broker for a moment, never in the database.

A page that is open says so with each beat of its socket, and is forgotten soon after the last.
Where the broker is away nothing is known, and nothing is said: not that nobody looks.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, cast

import redis

from dashboard.display.figures import plural
from governance.domain.phrases import list_words
from governance.feed import broker_client

if TYPE_CHECKING:
    from uuid import UUID

    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket

logger = logging.getLogger(__name__)

# Two beats of a socket may be lost before somebody counts as gone.
GONE_AFTER_S = 25.0
NAMED_MOST = 3


def look(*, fleet: str, ticket_id: UUID, user_key: str) -> str | None:
    """Say that a person has a ticket open, and return a sign of who else has.

    Returns:
        Empty where nobody else has; it differs as soon as others look. None where the broker does
        not answer.
    """
    key = _key(fleet, ticket_id)
    try:
        client = broker_client()
        now_s = _now_s(client)
        marked = client.pipeline()
        marked.zadd(key, {user_key: now_s})
        marked.expire(key, int(GONE_AFTER_S))
        marked.zrangebyscore(key, now_s - GONE_AFTER_S, "+inf")
        *_, found = marked.execute()
    except redis.RedisError as error:
        logger.warning("nobody can be told who looks at ticket %s: %s", ticket_id, error)
        return None
    others = {each.decode() for each in found} - {user_key}
    return hashlib.sha256(",".join(sorted(others)).encode()).hexdigest()[:12] if others else ""


def looking_words(ticket: Ticket, viewer: Viewer) -> str:
    """Return who else of the fleet has the ticket open, as a sentence; empty for nobody known."""
    names = sorted(
        viewer.names[key]
        for key in _lookers(viewer.fleet.slug, ticket.pk)
        if key in viewer.names and key != str(viewer.user.pk)
    )
    if not names:
        return ""
    more = len(names) - NAMED_MOST
    said = names if more <= 0 else [*names[:NAMED_MOST], plural(more, "other")]
    return f"{list_words(said)} {'is' if len(names) == 1 else 'are'} looking at this too."


def _lookers(fleet: str, ticket_id: UUID) -> frozenset[str]:
    try:
        client = broker_client()
        since_s = _now_s(client) - GONE_AFTER_S
        found = cast("list[bytes]", client.zrangebyscore(_key(fleet, ticket_id), since_s, "+inf"))
    except redis.RedisError:
        return frozenset()
    return frozenset(each.decode() for each in found)


def _now_s(client: redis.Redis) -> float:
    """Return the broker's own time: the clocks of two servers may differ."""
    seconds, micros = client.time()
    return float(seconds) + micros / 1e6


def _key(fleet: str, ticket_id: UUID) -> str:
    return f"countersign:looking:{fleet}:{ticket_id}"
