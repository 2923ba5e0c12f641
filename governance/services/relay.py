"""Push again what a crash or a missing broker left behind."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from governance.models import Event
from governance.selectors.clock import clock_now
from governance.services.events import events_push

WAIT = timedelta(seconds=2)
PUSHED_AT_ONCE = 500


def events_relay() -> int:
    """Push recorded events older than 2 s that nobody pushed, and return how many.

    Pushing an event twice is harmless, so no lock is taken.
    """
    now = clock_now()
    waiting = list(
        Event.objects.select_related("fleet")
        .filter(pushed_at=None, created_at__lt=now - WAIT)
        .order_by("fleet_id", "seq")[:PUSHED_AT_ONCE]
    )
    for slug, rows in groupby(waiting, key=lambda event: event.fleet.slug):
        events_push(list(rows), slug, now)
    return len(waiting)
