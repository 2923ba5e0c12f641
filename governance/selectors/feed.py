"""The fleet's events in their order, for resync and for whoever keeps a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Min

from governance.models import Event

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Fleet

EVENTS_AT_ONCE = 500


def events_after(*, fleet: Fleet, seq: int) -> list[Event]:
    """Return the events with a number greater than ``seq``, oldest first, at most 500."""
    return list(Event.objects.filter(fleet=fleet, seq__gt=seq).order_by("seq")[:EVENTS_AT_ONCE])


def event_plain(event: Event) -> dict[str, Any]:
    """Return one event with the hashes that chain it to the one before."""
    return {
        "seq": event.seq,
        "id": event.pk,
        "name": event.name,
        "at": event.created_at,
        "actor": event.actor,
        "ids": event.ids,
        "payload": event.payload,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }


class Unsent(NamedTuple):
    """How many events nobody has pushed to open pages yet, and since when the oldest waits."""

    events: int
    oldest_at: datetime | None


def unsent(*, now: datetime) -> Unsent:
    """Return what of all fleets was recorded up to ``now`` and not pushed; one query."""
    waiting = Event.objects.filter(pushed_at=None, created_at__lte=now)
    return Unsent(**waiting.aggregate(events=Count("pk"), oldest_at=Min("created_at")))
