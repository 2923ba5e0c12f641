"""How many agents, tickets and freezes there are now, for `GET /metrics`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from governance.domain.types import BreakerState, Hold
from governance.models import Fleet, Standing
from governance.selectors.frozen import SEEN_WITHIN

if TYPE_CHECKING:
    from datetime import datetime


def breakers_by_state() -> dict[str, int]:
    """Return how many agents of living fleets stand in each state of the breaker and each hold.

    An agent counts in one of them only: a hold sits on top of any state.
    """
    counts = dict.fromkeys(
        [*(each.value for each in BreakerState), *(h.value for h in Hold if h is not Hold.NONE)], 0
    )
    rows = (
        Standing.objects.filter(agent__fleet__archived_at=None)
        .values_list("breaker_state", "hold")
        .annotate(n=Count("pk"))
    )
    for state, hold, count in rows:
        counts[state if hold == Hold.NONE.value else hold] += count
    return {name.lower(): count for name, count in counts.items()}


def frozen_ratios(now: datetime) -> dict[str, float]:
    """Return the share of each living fleet's agents, seen within 24 h, that detectors froze."""
    counting = Q(agents__paused_at=None, agents__last_seen_at__gt=now - SEEN_WITHIN)
    frozen = counting & Q(agents__standing__breaker_state=BreakerState.OPEN.value)
    frozen &= ~Q(agents__standing__hold=Hold.FORCED_OPEN.value)
    rows = (
        Fleet.objects.filter(archived_at=None)
        .annotate(n=Count("agents", filter=counting), cold=Count("agents", filter=frozen))
        .order_by("slug")
    )
    return {row.slug: row.cold / row.n if row.n else 0.0 for row in rows}
