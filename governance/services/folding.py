"""Folding outcomes into an agent's standing: the rules' answer, stored in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from governance.domain.arrival import outcome_arrive
from governance.domain.ids import id_new
from governance.domain.standing import points_of
from governance.domain.transitions import DriftAlarmed
from governance.selectors.policies import policy_in_force
from governance.services.drift import Found, alarms_store
from governance.services.frozen_share import frozen_share
from governance.services.standing import engine_policy, jitter_of, settled_store, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from governance.domain.class_rates import RefreshView
    from governance.domain.outcome_fact import Judgement, OutcomeFact
    from governance.domain.score import Points
    from governance.domain.transitions import Transition
    from governance.events import FleetEvent
    from governance.models import Agent, Fleet

ACTOR = "detector"


class Fold(NamedTuple):
    """Place in the agent's order, what the outcome was judged by, lateness, the score after it,
    the id its row takes, and the policy's number.
    """

    fact: int
    judgement: Judgement
    late: bool
    points: Points
    outcome_id: UUID
    policy: int


def outcomes_fold(
    *,
    agent: Agent,
    fleet: Fleet,
    facts: Sequence[tuple[OutcomeFact, float]],
    view: RefreshView,
    now: datetime,
) -> tuple[list[Fold], tuple[FleetEvent, ...]]:
    """Fold outcomes of one locked agent in order of arrival (a step; the caller publishes).

    Args:
        agent: locked, with its standing.
        fleet: with the policy in force.
        facts: each outcome with the time its task began, in epoch seconds; one that began before
            the latest freeze is folded as late, as is any while people must release the agent.
        view: what the agent is judged by.
        now: the transaction's time.

    Returns:
        What became of each outcome, and the events of everything that moved. The outcomes take
        the agent's next facts, one each.
    """
    version, tuned = policy_in_force(fleet=fleet)
    policy = engine_policy(tuned)
    state = state_of(agent.standing)
    folds: list[Fold] = []
    transitions: list[Transition] = []
    found: list[Found] = []
    for given, began_s in facts:
        agent.standing.facts += 1
        arrived = outcome_arrive(
            state,
            given,
            view,
            policy,
            began_s=began_s,
            awaits_release=agent.standing.awaits_release,
            jitter=jitter_of(agent, agent.standing.facts),
            share=lambda: _share(agent, now),
        )
        state = arrived.state
        outcome_id = id_new()
        transitions.extend(arrived.transitions)
        found.extend(
            Found(moved, outcome_id)
            for moved in arrived.transitions
            if isinstance(moved, DriftAlarmed)
        )
        scored = points_of(state, policy.trust)
        folds.append(
            Fold(
                agent.standing.facts,
                arrived.judgement,
                arrived.late,
                scored,
                outcome_id,
                version.number,
            )
        )
    events = settled_store(
        agent=agent, fleet=fleet, state=state, transitions=transitions, actor=ACTOR, now=now
    )
    drifted = alarms_store(agent=agent, fleet=fleet, found=found, actor=ACTOR, now=now)
    return folds, (*events, *drifted)


def _share(agent: Agent, now: datetime) -> tuple[int, int]:
    share = frozen_share(agent=agent, now=now)
    return share.frozen, share.eligible
