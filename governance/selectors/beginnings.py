"""What an agent started with, and whom it takes after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from governance.domain.beginnings import Inheritance, agent_state_begun
from governance.domain.engine import AgentState, agent_state_new
from governance.domain.priors import Prior
from governance.domain.transitions import BreakerMove
from governance.models import Agent, Beginning, BreakerTransition

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


def state_begun(*, agent: Agent) -> AgentState:
    """Return the agent's state before its first fact: where every re-fold starts."""
    begun = Beginning.objects.filter(agent=agent).first()
    if begun is None:
        # Registered before beginnings were kept.
        return agent_state_new()
    inherited = Inheritance.from_plain(begun.inherited) if begun.inherited else None
    return agent_state_begun(Prior.from_plain(begun.prior), inherited)


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
