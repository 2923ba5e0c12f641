"""Whether those who watch from outside hear of the auditor."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from governance.models import WatchPing

# The auditor runs every minute.
WATCH_LATE = timedelta(minutes=5)


class WatchState(StrEnum):
    """How the pings to the outside are doing."""

    OFF = "off"
    OK = "ok"
    FAILING = "failing"
    LATE = "late"


def watch_state(*, url: str, now: datetime) -> WatchState:
    """Return how the pings are doing: ``late`` where none was tried for 5 min, or ever.

    Args:
        url: where they go; empty for nobody.
        now: when it is asked.
    """
    if not url:
        return WatchState.OFF
    ping = WatchPing.objects.first()
    if ping is None or now - ping.tried_at > WATCH_LATE:
        return WatchState.LATE
    return WatchState.FAILING if ping.failures else WatchState.OK
