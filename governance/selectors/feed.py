"""The fleet's events in their order, for resync and for whoever keeps a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import Event

if TYPE_CHECKING:
    from governance.models import Fleet

EVENTS_AT_ONCE = 500


def events_after(*, fleet: Fleet, seq: int) -> list[Event]:
    """Return the events with a number greater than ``seq``, oldest first, at most 500."""
    return list(Event.objects.filter(fleet=fleet, seq__gt=seq).order_by("seq")[:EVENTS_AT_ONCE])
