"""Whom a new agent takes after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from governance.domain.transitions import BreakerMove
from governance.models import Agent, BreakerTransition

if TYPE_CHECKING:
    from datetime import datetime

_FREEZES = {
    BreakerMove.TRIPPED.value,
    BreakerMove.LATCHED.value,
    BreakerMove.PROBATION_FAILED.value,
    BreakerMove.FORCED_OPEN.value,
}


class LookAlike(NamedTuple):
    """An agent with its standing, and when it was last frozen."""

    agent: Agent
    frozen_at: datetime


def agent_begun(*, agent: Agent) -> str:
    """Return what was said of where the agent's trust starts when it was registered.

    One query, none for an agent that comes with its beginning (`agent_listed`).
    """
    begun = getattr(agent, "beginning", None)
    return begun.sentence if begun else ""


def look_alike_frozen(*, agent: Agent, since: datetime) -> LookAlike | None:
    """Return the agent of the same owner, template and tools that was frozen last, if any was.

    Frozen by a detector that acts, or by a person, after ``since``; a freeze that was only
    recorded does not count. Tools are compared as a set.
    """
    moves = (
        BreakerTransition.objects.select_related("agent__standing")
        .filter(
            agent__fleet_id=agent.fleet_id,
            agent__owner_id=agent.owner_id,
            agent__template=agent.template,
            move__in=_FREEZES,
            enforced=True,
            created_at__gt=since,
        )
        .exclude(agent=agent)
        .order_by("-created_at", "-id")
    )
    tools = set(agent.mandate_tools)
    for move in moves:
        if set(move.agent.mandate_tools) == tools:
            return LookAlike(move.agent, move.created_at)
    return None
