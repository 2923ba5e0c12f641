"""What the database says of deadlines and of messages to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from escalations.domain.notifying import ChannelState
from escalations.models import NoticeChannel
from escalations.selectors.sweeping import notices_lag, sweeper_lag
from governance.domain.health import Reading

if TYPE_CHECKING:
    from datetime import datetime


def sweeper_read(now: datetime) -> Reading:
    """Return for how long the longest overdue ticket has been left lying."""
    lag_s = sweeper_lag(now=now).total_seconds()
    said = "Nothing overdue is left lying." if not lag_s else "An overdue ticket is left lying."
    return Reading(key="sweeper", said=said, lag_s=lag_s)


def notices_read(now: datetime) -> Reading:
    """Return how long the oldest message to a person is overdue, and which channels fail."""
    failing = (
        NoticeChannel.objects.filter(state=ChannelState.FAILING.value)
        .values_list("kind")
        .annotate(n=Count("pk"))
        .order_by("kind")
    )
    kinds = ", ".join(f"{kind} {count}" for kind, count in failing)
    said = f"Channels that fail: {kinds}." if kinds else "No channel fails."
    lag_s = notices_lag(now=now).total_seconds()
    return Reading(key="notices", said=said, lag_s=lag_s)
