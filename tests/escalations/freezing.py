"""Agents that only people may let go on, made so by the rules and services themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.models import Ticket
from governance.domain.settling import agent_latch
from governance.domain.transitions import BreakerReason
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.services.breakers import agent_freeze, agent_release
from governance.services.events import events_publish
from governance.services.probation import breakers_sweep
from governance.services.standing import engine_policy, settled_store, state_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Agent
    from tests.clock import Clock


@transaction.atomic
def latch(agent: Agent) -> None:
    """Freeze an agent for one critical event, until two people release it."""
    now = clock_now()
    locked = agent_lock(agent.pk)
    settled = agent_latch(
        state_of(locked.standing),
        BreakerReason.HARD_CAP,
        "Spent 120.00 USD of 100.00 USD.",
        engine_policy(policy_in_force(fleet=locked.fleet)[1]),
        now_s=now.timestamp(),
        jitter=0.0,
    )
    events = settled_store(
        agent=locked,
        fleet=locked.fleet,
        state=settled.state,
        transitions=settled.transitions,
        actor="detector",
        now=now,
    )
    events_publish(*events, now=now)


def starve(agent: Agent, user: User, clock: Clock) -> None:
    """Freeze an agent, put it on probation, and send it nothing for a day."""
    agent_freeze(fleet=agent.fleet, agent_external_id=agent.external_id, actor="rita")
    agent_release(
        fleet=agent.fleet, agent_external_id=agent.external_id, user=user, reason="False alarm."
    )
    clock.forward(days=1)
    breakers_sweep()


def release_ticket(agent: Agent) -> Ticket:
    """Return the ticket that waits for the agent's release."""
    return Ticket.objects.get(agent=agent, kind="release", state="PENDING")
