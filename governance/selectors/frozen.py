"""How much of a fleet its detectors have frozen, as people read it; the guard counts under lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from governance.domain.transitions import BreakerMove
from governance.domain.types import BreakerMode, BreakerState, Hold
from governance.models import Agent, BreakerTransition

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Fleet

SEEN_WITHIN = timedelta(hours=24)
_BY_DETECTOR = Q(standing__breaker_state=BreakerState.OPEN.value) & ~Q(
    standing__hold=Hold.FORCED_OPEN.value
)
_FREEZES = (
    BreakerMove.TRIPPED.value,
    BreakerMove.LATCHED.value,
    BreakerMove.PROBATION_FAILED.value,
)


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


def frozen_since(agents: QuerySet[Agent], since: datetime) -> list[str]:
    """Return the ids of those of these agents that detectors froze after ``since``, in order.

    Each counts once, and only while it is frozen.
    """
    froze = BreakerTransition.objects.filter(
        agent__in=agents.filter(_BY_DETECTOR),
        move__in=_FREEZES,
        enforced=True,
        created_at__gt=since,
    )
    found = froze.order_by("agent_id").values_list("agent_id", flat=True).distinct()
    return [str(agent_id) for agent_id in found]


def frozen_ids(agents: QuerySet[Agent]) -> list[str]:
    """Return the ids of those of these agents that detectors have frozen, in order."""
    frozen = agents.filter(_BY_DETECTOR).order_by("pk").values_list("pk", flat=True)
    return [str(pk) for pk in frozen]


def restricted_among(agents: QuerySet[Agent]) -> FrozenNow:
    """Return how many of these agents there are and detectors freeze, test or supervise."""
    acting = Q(standing__breaker_mode=BreakerMode.ENFORCE.value)
    held = ~Q(standing__breaker_state=BreakerState.CLOSED.value) | Q(
        standing__hold=Hold.SUPERVISED.value
    )
    by_person = Q(standing__hold=Hold.FORCED_OPEN.value)
    found = agents.aggregate(
        restricted=Count("pk", filter=acting & held & ~by_person), eligible=Count("pk")
    )
    return FrozenNow(frozen=found["restricted"], eligible=found["eligible"])


def frozen_among(agents: QuerySet[Agent]) -> FrozenNow:
    """Return how many of these agents there are and the detector has frozen; one query.

    A freeze by hand is no reason to hold back, so it does not count as frozen.
    """
    found = agents.aggregate(frozen=Count("pk", filter=_BY_DETECTOR), eligible=Count("pk"))
    return FrozenNow(frozen=found["frozen"], eligible=found["eligible"])
