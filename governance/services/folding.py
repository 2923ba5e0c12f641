"""Folding outcomes into an agent's standing: the rules' answer, stored in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from governance.domain.engine import outcome_fold, trip_settle
from governance.domain.types import BreakerState
from governance.selectors.policies import policy_in_force
from governance.services.frozen_share import frozen_share
from governance.services.standing import engine_policy, jitter_of, settled_store, state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from governance.domain.class_rates import RefreshView
    from governance.domain.engine import AgentState
    from governance.domain.outcome_fact import Judgement, OutcomeFact
    from governance.domain.transitions import Transition
    from governance.events import FleetEvent
    from governance.models import Agent, Fleet

ACTOR = "detector"


class Fold(NamedTuple):
    """Place in the agent's order, what the outcome was judged by, and whether it came late."""

    fact: int
    judgement: Judgement
    late: bool


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
    policy = engine_policy(policy_in_force(fleet=fleet)[1])
    state = state_of(agent.standing)
    folds: list[Fold] = []
    transitions: list[Transition] = []
    for given, began_s in facts:
        late = _is_late(agent, state, began_s)
        fact = replace(given, late=True) if late else given
        agent.standing.facts += 1
        jitter = jitter_of(agent, agent.standing.facts)
        folded = outcome_fold(state, fact, view, policy, jitter=jitter)
        state = folded.state
        transitions.extend(folded.transitions)
        folds.append(Fold(agent.standing.facts, folded.judgement, late))
        if folded.alarm is not None:
            share = frozen_share(agent=agent, now=now)
            settled = trip_settle(
                state,
                folded.alarm,
                policy,
                frozen=share.frozen,
                eligible=share.eligible,
                now_s=fact.received_s,
                jitter=jitter,
            )
            state = settled.state
            transitions.extend(settled.transitions)
    events = settled_store(
        agent=agent, fleet=fleet, state=state, transitions=transitions, actor=ACTOR, now=now
    )
    return folds, events


def _is_late(agent: Agent, state: AgentState, began_s: float) -> bool:
    """Return whether an outcome comes too late to move the breaker.

    Nothing runs while people must release the agent; a report that says otherwise, or a history
    loaded meanwhile, must not end the freeze in their place.
    """
    if agent.standing.awaits_release and state.breaker.state is BreakerState.OPEN:
        return True
    opened_s = state.breaker.opened_s
    return opened_s is not None and began_s < opened_s
