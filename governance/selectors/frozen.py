"""How much of a fleet its detectors have frozen, as people read it; the guard counts under lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from governance.domain.types import BreakerState, Hold
from governance.models import Agent

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Fleet

SEEN_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FrozenNow:
    """Agents that detectors have frozen, and agents that count: not paused, seen within 24 h."""

    frozen: int
    eligible: int


def frozen_now(*, fleet: Fleet, now: datetime) -> FrozenNow:
    """Return the share that `services.frozen_share` would find, without its lock; one query."""
    return frozen_among(agents_counting(fleet_id=fleet.pk, now=now))


def agents_counting(*, fleet_id: UUID, now: datetime) -> QuerySet[Agent]:
    """Return the fleet's agents that are not paused and were seen within 24 h."""
    return Agent.objects.filter(
        fleet_id=fleet_id, paused_at=None, last_seen_at__gt=now - SEEN_WITHIN
    )


def frozen_among(agents: QuerySet[Agent]) -> FrozenNow:
    """Return how many of these agents there are and the detector has frozen; one query.

    A freeze by hand is no reason to hold back, so it does not count as frozen.
    """
    by_detector = Q(standing__breaker_state=BreakerState.OPEN.value) & ~Q(
        standing__hold=Hold.FORCED_OPEN.value
    )
    found = agents.aggregate(frozen=Count("pk", filter=by_detector), eligible=Count("pk"))
    return FrozenNow(frozen=found["frozen"], eligible=found["eligible"])
