"""The fleet's events in their order, for resync and for whoever keeps a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.models import Event

if TYPE_CHECKING:
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
