"""How much of a fleet is frozen, counted under its lock so that no two trips count alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.selectors.fleets import fleet_lock
from governance.selectors.frozen import FrozenNow, agents_counting, frozen_among
from governance.services.asked import asked_lock

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent


def frozen_share(*, agent: Agent, now: datetime) -> FrozenNow:
    """Return the fleet's share, ``agent`` counted and taken as not frozen.

    Takes the fleet's row lock, the last in lock order, after what people are asked about the agent.
    """
    asked_lock([agent.pk])
    fleet_lock(agent.fleet_id)
    counting = agents_counting(fleet_id=agent.fleet_id, now=now)
    others = frozen_among(counting.exclude(pk=agent.pk))
    return FrozenNow(frozen=others.frozen, eligible=others.eligible + 1)
