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
    """Push recorded events older than 2 s that nobody pushed; return how many the broker took.

    Pushing an event twice is harmless, so no lock is taken.
    """
    now = clock_now()
    waiting = list(
        Event.objects.select_related("fleet")
        .filter(pushed_at=None, created_at__lt=now - WAIT)
        .order_by("fleet_id", "seq")[:PUSHED_AT_ONCE]
    )
    pushed = 0
    for slug, group in groupby(waiting, key=lambda event: event.fleet.slug):
        rows = list(group)
        pushed += len(rows) if events_push(rows, slug, now) else 0
    return pushed
