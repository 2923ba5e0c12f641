"""How much of a fleet is frozen, counted under its lock so that no two trips count alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from governance.domain.types import BreakerState, Hold
from governance.models import Agent, Fleet

if TYPE_CHECKING:
    from django.db.models import QuerySet

SEEN_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class FrozenShare:
    """Agents the detector has frozen, one agent left out; and agents that count, it included."""

    frozen: int
    eligible: int


def frozen_share(*, agent: Agent, now: datetime) -> FrozenShare:
    """Return the share without ``agent``; takes the fleet's row lock, the last in lock order."""
    Fleet.objects.select_for_update(no_key=True).get(pk=agent.fleet_id)
    others = _counting(agent, now).aggregate(
        frozen=Count("pk", filter=_frozen()), eligible=Count("pk")
    )
    return FrozenShare(frozen=others["frozen"], eligible=others["eligible"] + 1)


def _counting(agent: Agent, now: datetime) -> QuerySet[Agent]:
    """Return the fleet's other agents that are not paused and were seen within 24 h."""
    return Agent.objects.filter(
        fleet_id=agent.fleet_id, paused_at=None, last_seen_at__gt=now - SEEN_WITHIN
    ).exclude(pk=agent.pk)


def _frozen() -> Q:
    """Return what counts as frozen by the detector: a person's freeze is no reason to hold back."""
    return Q(standing__breaker_state=BreakerState.OPEN.value) & ~Q(
        standing__hold=Hold.FORCED_OPEN.value
    )
