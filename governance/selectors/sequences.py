"""How far each fleet's events have come."""

from __future__ import annotations

from governance.models import Fleet


def sequences_now() -> dict[str, int]:
    """Return the last event sequence number of every living fleet, by slug."""
    fleets = Fleet.objects.filter(archived_at=None)
    return dict(fleets.values_list("slug", "event_seq"))
