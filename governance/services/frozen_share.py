"""How much of a fleet is frozen, counted under its lock so that no two trips count alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.models import Fleet
from governance.selectors.frozen import agents_counting, frozen_among

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent


@dataclass(frozen=True, slots=True)
class FrozenShare:
    """Agents the detector has frozen, one agent left out; and agents that count, it included."""

    frozen: int
    eligible: int


def frozen_share(*, agent: Agent, now: datetime) -> FrozenShare:
    """Return the share without ``agent``; takes the fleet's row lock, the last in lock order."""
    Fleet.objects.select_for_update(no_key=True).get(pk=agent.fleet_id)
    counting = agents_counting(fleet_id=agent.fleet_id, now=now)
    others = frozen_among(counting.exclude(pk=agent.pk))
    return FrozenShare(frozen=others.frozen, eligible=others.eligible + 1)
