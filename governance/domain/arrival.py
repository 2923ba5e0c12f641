"""One outcome arriving: whether it comes too late, what it changes, and the alarm it may raise.

Live folding and the replay of recorded history call `outcome_arrive`, so that both take the same
steps in the same order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache

from governance.domain.agent_state import AgentState
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.class_rates import RefreshView
from governance.domain.engine import outcome_fold
from governance.domain.outcome_fact import Judgement, OutcomeFact
from governance.domain.settling import trip_settle
from governance.domain.transitions import BreakerMoved, Transition
from governance.domain.types import BreakerState
from governance.domain.value_object import ValueObject

# Agents the detector has frozen, the asking one not included; and those that count, it included.
ShareCount = Callable[[], tuple[int, int]]


class Arrived(ValueObject, frozen=True):
    """The state after an outcome and its alarm, its judgement, what changed, and lateness."""

    state: AgentState
    judgement: Judgement
    transitions: tuple[Transition, ...]
    late: bool


def outcome_arrive(
    state: AgentState,
    given: OutcomeFact,
    refresh: RefreshView,
    policy: EnginePolicy,
    *,
    began_s: float,
    awaits_release: bool,
    jitter: float,
    share: ShareCount,
) -> Arrived:
    """Return the state after one outcome, an alarm settled by how much of the fleet is frozen.

    Args:
        state: before the outcome.
        given: the outcome as reported; it is folded as late if it is.
        refresh: what the agent is judged by.
        policy: trust and breaker.
        began_s: when the task began, epoch seconds.
        awaits_release: whether people must release the agent.
        jitter: in [-1, 1], as `jitter_drawn` gives it.
        share: counts frozen and eligible agents; asked only on an alarm.
    """
    late = is_late(state, began_s, awaits_release=awaits_release)
    fact = given._replace(late=True) if late else given
    folded = outcome_fold(state, fact, refresh, policy, jitter=jitter)
    if folded.alarm is None:
        return Arrived(folded.state, folded.judgement, folded.transitions, late)
    frozen, eligible = share()
    settled = trip_settle(
        folded.state,
        folded.alarm,
        policy,
        frozen=frozen,
        eligible=eligible,
        now_s=fact.received_s,
        jitter=jitter,
    )
    moves = folded.transitions + settled.transitions
    return Arrived(settled.state, folded.judgement, moves, late)


def is_late(state: AgentState, began_s: float, *, awaits_release: bool) -> bool:
    """Return whether an outcome comes too late to move the breaker.

    Nothing runs while people must release the agent; a report that says otherwise, or a history
    loaded meanwhile, must not end the freeze in their place.
    """
    breaker = state.breaker
    if awaits_release and breaker.state is BreakerState.OPEN:
        return True
    return breaker.opened_s is not None and began_s < breaker.opened_s


def release_awaited(before: bool, transitions: Iterable[Transition]) -> bool:
    """Return whether people must release the agent after ``transitions``, ``before`` known."""
    for each in transitions:
        if isinstance(each, BreakerMoved):
            # A move that is only recorded asks nobody, so nobody could ever answer.
            asks = each.needs_release and each.enforced
            before = asks or (before and each.state_after is BreakerState.OPEN)
    return before


# A backtest draws for both of its sides, one right after the other.
@lru_cache(maxsize=16)
def jitter_drawn(agent_id: str, fact: int) -> float:
    """Return the jitter in [-1, 1] of one fact: spread over agents, the same in every re-fold."""
    drawn = hashlib.sha256(f"{agent_id}:{fact}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") / 2**63 - 1.0
