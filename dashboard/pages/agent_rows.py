"""Agents as rows of a list: everything rows share is read once, however many they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards import TrustBand
from dashboard.cards.fleet import AgentRow
from dashboard.pages.agent_links import agent_url
from dashboard.pages.breaker import TELLING, Surroundings, breaker_status
from dashboard.pages.names import names_of
from dashboard.pages.penalties import penalty_notes
from escalations.selectors.agent_tickets import release_tickets_of
from governance.domain.agent_state import state_from_plain
from governance.domain.collusion.penalties import budget_left, tier_in_force
from governance.domain.standing import standing
from governance.domain.types import TaskType
from governance.selectors.frozen import frozen_now
from governance.selectors.load import NO_LOAD, agent_loads
from governance.selectors.people import person_name
from governance.selectors.policies import policy_in_force
from governance.selectors.records import transitions_last

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from governance.domain.policy import Policy
    from governance.domain.standing import Standing
    from governance.domain.types import Tier
    from governance.models import Agent, Fleet


def agent_rows(agents: Sequence[Agent], fleet: Fleet, *, now: datetime) -> tuple[AgentRow, ...]:
    """Return the rows of agents that come with standing and owner."""
    around = surroundings(agents, fleet, now=now)
    loads = agent_loads(agent_ids=[agent.pk for agent in agents], now=now)
    penalties = penalty_notes(agents, fleet.slug, now=now)
    rows = []
    for agent in agents:
        load = loads.get(agent.pk, NO_LOAD)
        state = state_from_plain(agent.standing.state)
        earned = standing(state, around.policy.trust, now_s=now.timestamp())
        penalty = agent.penalty(now)
        tier = tier_in_force(earned.tier, penalty)
        rows.append(
            AgentRow(
                agent_id=str(agent.pk),
                name=agent.name,
                external_id=agent.external_id,
                url=agent_url("agent", agent.pk, fleet=fleet.slug),
                row_url=agent_url("agent-row", agent.pk, fleet=fleet.slug),
                controls_url=agent_url("agent-controls", agent.pk, fleet=fleet.slug),
                owner=person_name(agent.owner),
                trust=trust_band(earned, tier),
                status=breaker_status(agent, state, around),
                open_tasks=load.parallel,
                allowed=_allowed(around.policy, tier),
                spent_usd=load.month_spent_usd,
                budget_usd=budget_left(agent.budget_usd, penalty),
                seen_at=agent.last_seen_at,
                penalty=penalties.get(agent.pk),
            )
        )
    return tuple(rows)


def surroundings(agents: Sequence[Agent], fleet: Fleet, *, now: datetime) -> Surroundings:
    """Return what the breakers' words of these agents need; a fixed number of queries."""
    ids = [agent.pk for agent in agents]
    moves = transitions_last(agent_ids=ids, moves=TELLING)
    actors = [move.actor for move in moves.values()]
    return Surroundings(
        fleet=fleet,
        policy=policy_in_force(fleet=fleet)[1],
        frozen=frozen_now(fleet=fleet, now=now),
        moves=moves,
        tickets=release_tickets_of(agent_ids=ids, now=now),
        names=names_of([*actors, *(agent.paused_by for agent in agents)]),
        now=now,
    )


def trust_band(earned: Standing, tier: Tier) -> TrustBand:
    """Return the score with its band as a mark, beside the tier that sets the limits."""
    return TrustBand(
        score=earned.trust,
        low=earned.low,
        high=earned.high,
        tier=tier.value,
        outcomes=earned.outcomes,
        needed=earned.outcomes_needed,
    )


def _allowed(policy: Policy, tier: Tier) -> tuple[int, int]:
    limits = [
        policy.presets.limits(policy.matrix.cell(task_type, tier)).parallel_max
        for task_type in TaskType
    ]
    return min(limits), max(limits)
