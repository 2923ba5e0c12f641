"""Beginnings: what a newly registered agent is assumed to be, and what it inherits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from governance.domain.beginnings import (
    agent_state_begun,
    inheritance_of,
    inheritance_phrase,
)
from governance.domain.engine import state_to_plain
from governance.domain.priors import prior_phrase
from governance.domain.score import success_of_ratio
from governance.events import AgentInherited, AgentRegistered
from governance.models import Beginning, Standing
from governance.selectors.beginnings import look_alike_frozen
from governance.selectors.policies import policy_in_force
from governance.selectors.refreshes import prior_under, refresh_in_force
from governance.services.standing import state_of

if TYPE_CHECKING:
    from datetime import datetime

    from governance.events import FleetEvent
    from governance.models import Agent, Fleet


def agent_begin_step(
    *, agent: Agent, fleet: Fleet, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Give a new agent its standing and the record of where it starts (a step).

    The record is the first fact in the agent's order, so that a re-fold starts where it did.

    Args:
        agent: just created and locked.
        fleet: with policy and refresh in force.
        actor: who registered it.
        now: the transaction's time.

    Returns:
        The events, for the caller to publish last.
    """
    policy = policy_in_force(fleet=fleet)[1].trust
    refresh = refresh_in_force(fleet=fleet)
    prior = prior_under(agent=agent, refresh=refresh, share=None, policy=policy)
    sentence = prior_phrase(prior, success_of_ratio(prior.ratio, policy))
    registered = AgentRegistered(
        fleet_id=fleet.pk, actor=actor, agent_id=agent.pk, sentence=sentence
    )
    found = look_alike_frozen(agent=agent, since=now - timedelta(days=policy.inheritance_days))
    inherited = None
    told: tuple[FleetEvent, ...] = (registered,)
    if found is not None:
        inherited = inheritance_of(state_of(found.agent.standing), policy)
        words = inheritance_phrase(
            inherited,
            name=found.agent.external_id,
            frozen_ago_s=(now - found.frozen_at).total_seconds(),
            policy=policy,
        )
        sentence = f"{sentence} {words}"
        told = (
            registered,
            AgentInherited(
                fleet_id=fleet.pk,
                actor=actor,
                agent_id=agent.pk,
                predecessor_id=found.agent.pk,
                sentence=words,
            ),
        )
    state = agent_state_begun(prior, inherited)
    Standing.objects.create(
        agent=agent,
        state=state_to_plain(state),
        breaker_level=state.breaker.level,
        updated_at=now,
    )
    Beginning.objects.create(
        agent=agent,
        prior=prior.to_plain(),
        predecessor=found.agent if found else None,
        inherited=inherited.to_plain() if inherited else {},
        sentence=sentence,
        created_at=now,
    )
    return told
