"""What follows at once from a critical event: frozen, latched, its tasks stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.critical import is_latched_already
from governance.domain.engine import agent_latch
from governance.selectors.policies import policy_in_force
from governance.services.standing import engine_policy, jitter_of, settled_store, state_of

if TYPE_CHECKING:
    from datetime import datetime

    from governance.domain.critical import Critical
    from governance.events import FleetEvent
    from governance.models import Agent, Fleet

ACTOR = "detector"


def critical_latch_step(
    *, agent: Agent, fleet: Fleet, critical: Critical, now: datetime
) -> tuple[FleetEvent, ...]:
    """Freeze and latch a locked agent on one critical event (B3; a step, the caller publishes).

    No minimum of outcomes and no frozen share stands in the way. An agent that a critical event
    holds already stays as it is. In shadow it is recorded and stops nothing.
    """
    state = state_of(agent.standing)
    if is_latched_already(state.breaker):
        return ()
    agent.standing.facts += 1
    settled = agent_latch(
        state,
        critical.reason,
        critical.sentence,
        engine_policy(policy_in_force(fleet=fleet)[1]),
        now_s=now.timestamp(),
        jitter=jitter_of(agent, agent.standing.facts),
    )
    return settled_store(
        agent=agent,
        fleet=fleet,
        state=settled.state,
        transitions=settled.transitions,
        actor=ACTOR,
        now=now,
    )
