from __future__ import annotations

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.arrival import (
    Arrived,
    is_late,
    jitter_drawn,
    outcome_arrive,
    release_awaited,
)
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.settling import agent_due
from governance.domain.transitions import BreakerMove, BreakerMoved
from governance.domain.types import BreakerState, Hold, Result
from tests.governance.domain.outcomes import (
    DAY_S,
    HOUR_S,
    ONE_SOURCE,
    POLICY,
    START_S,
    fold_all,
    outcome,
    outcomes,
)

NEW = agent_state_new()


def never() -> tuple[int, int]:
    raise AssertionError("the share is counted on an alarm only")


def arrive(
    state: AgentState,
    fact: OutcomeFact,
    *,
    began_s: float | None = None,
    awaits_release: bool = False,
    share: tuple[int, int] | None = None,
) -> Arrived:
    return outcome_arrive(
        state,
        fact,
        ONE_SOURCE,
        POLICY,
        began_s=fact.at_s if began_s is None else began_s,
        awaits_release=awaits_release,
        jitter=0.0,
        share=never if share is None else lambda: share,
    )


def suspected() -> AgentState:
    """A new agent that failed all it did: the next failure is above 6.9, the last one below."""
    return fold_all(NEW, outcomes(5, Result.FAILURE))


def failing(at_s: float = START_S + 9 * HOUR_S) -> OutcomeFact:
    return outcome(Result.FAILURE, at_s=at_s)


def frozen() -> AgentState:
    return arrive(suspected(), failing(), share=(0, 10)).state


def test_an_ordinary_outcome_counts_nobody() -> None:
    arrived = arrive(NEW, outcome())

    assert arrived.state.trust.outcomes == 1
    assert arrived.transitions == ()
    assert not arrived.late


def test_an_alarm_freezes_where_the_cap_allows_it() -> None:
    assert frozen().breaker.state is BreakerState.OPEN


def test_an_alarm_supervises_where_three_of_ten_are_frozen() -> None:
    arrived = arrive(suspected(), failing(), share=(3, 10))

    assert arrived.state.breaker.hold is Hold.SUPERVISED


def test_what_began_before_the_freeze_is_late() -> None:
    state = frozen()
    opened_s = state.breaker.opened_s
    assert opened_s is not None

    assert is_late(state, opened_s - 1.0, awaits_release=False)
    assert not is_late(state, opened_s, awaits_release=False)


def test_what_comes_while_people_must_release_is_late_however_it_began() -> None:
    state = frozen()

    arrived = arrive(state, outcome(at_s=START_S + DAY_S), awaits_release=True)

    assert arrived.late
    assert arrived.state.breaker.state is BreakerState.OPEN


def test_an_agent_that_is_not_frozen_awaits_nobody() -> None:
    assert not is_late(NEW, START_S, awaits_release=True)


def test_a_starved_probation_awaits_people_until_it_leaves_the_freeze() -> None:
    state = frozen()
    due = agent_due(state, POLICY, now_s=START_S + DAY_S, jitter=0.0, blocked=False)
    assert due is not None
    starved = agent_due(due.state, POLICY, now_s=START_S + 3 * DAY_S, jitter=0.0, blocked=False)
    assert starved is not None
    released = [
        each
        for each in due.transitions
        if isinstance(each, BreakerMoved) and each.move is BreakerMove.PROBATION_STARTED
    ]

    assert release_awaited(False, starved.transitions)
    assert release_awaited(True, ())
    assert not release_awaited(True, released)


def test_a_change_of_tier_asks_nobody() -> None:
    arrived = arrive(NEW, outcome())

    assert not release_awaited(False, arrived.transitions)


def test_jitter_is_spread_over_agents_and_facts_and_never_changes() -> None:
    drawn = [jitter_drawn(agent, fact) for agent in ("a", "b") for fact in (1, 2)]

    assert len(set(drawn)) == 4
    assert all(-1.0 <= each <= 1.0 for each in drawn)
    assert jitter_drawn("a", 1) == drawn[0]
