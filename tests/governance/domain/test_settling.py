from __future__ import annotations

import pytest

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.breaker_state import Breaker
from governance.domain.holds import breaker_force_open
from governance.domain.settling import (
    Settled,
    agent_due,
    agent_latch,
    frozen_by,
    supervision_review,
    trip_settle,
)
from governance.domain.transitions import (
    BreakerMove,
    BreakerMoved,
    BreakerReason,
    TierCause,
    TierChanged,
)
from governance.domain.types import BreakerMode, BreakerState, Hold, Tier
from tests.governance.domain.breakers import ALARM, CLOSED, HALF_OPEN, OPEN, SUPERVISED
from tests.governance.domain.outcomes import DAY_S, POLICY, START_S, fold, outcome

NOW_S = START_S + 5.0


def _state(breaker: Breaker, tier: Tier = Tier.HIGH) -> AgentState:
    judged = fold(agent_state_new(), outcome()).state
    return judged._replace(breaker=breaker, tier=tier, tier_since_s=START_S - DAY_S)


def _settle(state: AgentState, *, frozen: int = 0, eligible: int = 10) -> Settled:
    return trip_settle(
        state, ALARM, POLICY, frozen=frozen, eligible=eligible, now_s=NOW_S, jitter=0.0
    )


def _review(state: AgentState, *, frozen: int = 0) -> Settled | None:
    return supervision_review(state, POLICY, frozen=frozen, eligible=10, now_s=NOW_S, jitter=0.0)


def _due(state: AgentState, now_s: float, *, blocked: bool = False) -> Settled | None:
    return agent_due(state, POLICY, now_s=now_s, jitter=0.0, blocked=blocked)


def _moves(settled: Settled | None) -> list[BreakerMove]:
    assert settled is not None
    return [each.move for each in settled.transitions if isinstance(each, BreakerMoved)]


def test_a_freeze_costs_the_tier_at_once() -> None:
    settled = _settle(_state(CLOSED))

    assert settled.state.breaker.state is BreakerState.OPEN
    assert settled.state.breaker.frozen_until_s == NOW_S + 900
    assert (settled.state.tier, settled.state.tier_since_s) == (Tier.LOW, START_S)
    assert settled.transitions[1] == TierChanged(
        before=Tier.HIGH,
        after=Tier.LOW,
        cause=TierCause.BREAKER,
        sentence=ALARM.sentence,
        at_s=START_S,
    )


def test_a_freeze_in_tier_low_starts_the_wait_for_a_promotion_anew() -> None:
    settled = _settle(_state(CLOSED, Tier.LOW))

    assert settled.state.tier_since_s == START_S
    assert len(settled.transitions) == 1


def test_a_freeze_in_shadow_costs_no_tier() -> None:
    settled = _settle(_state(CLOSED._replace(mode=BreakerMode.SHADOW)))

    assert settled.state.tier is Tier.HIGH
    assert settled.state.breaker.state is BreakerState.OPEN


def test_a_freeze_by_hand_costs_no_tier_even_on_top_of_a_freeze() -> None:
    shadow = _state(OPEN._replace(mode=BreakerMode.SHADOW))
    moved = breaker_force_open(shadow.breaker, "Wrong prices.", now_s=NOW_S)

    settled = frozen_by(shadow.with_breaker(moved.breaker), moved.record)

    assert settled.state.tier is Tier.HIGH
    assert settled.transitions == (moved.record,)


def test_over_the_frozen_share_the_agent_is_supervised_and_keeps_its_tier() -> None:
    settled = _settle(_state(CLOSED), frozen=3)

    assert settled.state.breaker.hold is Hold.SUPERVISED
    assert settled.state.tier is Tier.HIGH
    assert _moves(settled) == [BreakerMove.OVERFLOW]


def test_a_supervised_agent_still_suspect_is_frozen_once_the_share_allows_it() -> None:
    settled = _review(_state(SUPERVISED, Tier.MEDIUM), frozen=2)

    assert _moves(settled) == [BreakerMove.TRIPPED]
    assert settled is not None
    assert settled.transitions[0].sentence == ALARM.sentence


@pytest.mark.parametrize(
    ("breaker", "frozen"),
    [
        (SUPERVISED, 3),
        (SUPERVISED._replace(run=CLOSED.run._replace(suspicion=7.9)), 0),
        (CLOSED, 0),
    ],
)
def test_otherwise_supervision_goes_on(breaker: Breaker, frozen: int) -> None:
    assert _review(_state(breaker, Tier.MEDIUM), frozen=frozen) is None


def test_one_critical_event_latches_and_costs_the_tier() -> None:
    settled = agent_latch(
        _state(Breaker()),
        BreakerReason.POLICY_VIOLATION,
        "Deleted 40 customers.",
        POLICY,
        now_s=NOW_S,
        jitter=0.0,
    )

    assert settled.state.breaker.hold is Hold.LATCHED
    assert settled.state.tier is Tier.LOW


def test_a_critical_event_before_any_outcome_starts_the_wait_when_it_was_received() -> None:
    settled = agent_latch(
        agent_state_new(), BreakerReason.FORBIDDEN_TOOL, "", POLICY, now_s=NOW_S, jitter=0.0
    )

    assert settled.state.tier_since_s == NOW_S


def test_when_a_freeze_is_over_probation_begins() -> None:
    assert _moves(_due(_state(OPEN), START_S + 900)) == [BreakerMove.PROBATION_STARTED]


def test_an_open_ticket_blocks_probation() -> None:
    assert _due(_state(OPEN), START_S + 900, blocked=True) is None


def test_before_its_time_nothing_is_due() -> None:
    assert _due(_state(OPEN), START_S + 899) is None
    assert _due(_state(CLOSED), START_S + DAY_S) is None


def test_a_day_of_probation_without_a_verdict_is_due_to_end() -> None:
    assert _moves(_due(_state(HALF_OPEN), START_S + DAY_S)) == [BreakerMove.STARVED]
