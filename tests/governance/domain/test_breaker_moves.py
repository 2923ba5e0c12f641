from __future__ import annotations

from itertools import product

import pytest

from governance.domain.breaker import breaker_trip, probation_begin
from governance.domain.breaker_moves import LEGAL, is_legal
from governance.domain.breaker_state import Breaker
from governance.domain.moves import IllegalMoveError
from governance.domain.transitions import BreakerMove, BreakerReason
from governance.domain.types import BreakerMode, BreakerState, Hold, HoldOrigin
from tests.governance.domain.breakers import ALARM, FORCED, LATCHED, OPEN
from tests.governance.domain.outcomes import BREAKER, START_S

EVERYWHERE = {BreakerMove.LATCHED, BreakerMove.FORCED_OPEN, BreakerMove.MODE_CHANGED}
# What docs/architecture.md, Breakers allows from each state and hold, besides what is allowed everywhere.
ALLOWED = {
    (BreakerState.CLOSED, Hold.NONE): {
        BreakerMove.TRIPPED,
        BreakerMove.OVERFLOW,
        BreakerMove.WOULD_TRIP,
    },
    (BreakerState.CLOSED, Hold.SUPERVISED): {
        BreakerMove.TRIPPED,
        BreakerMove.SUPERVISION_ENDED,
        BreakerMove.WOULD_TRIP,
    },
    (BreakerState.OPEN, Hold.NONE): {BreakerMove.PROBATION_STARTED, BreakerMove.RELEASED_EARLY},
    (BreakerState.HALF_OPEN, Hold.NONE): {
        BreakerMove.CLOSED,
        BreakerMove.PROBATION_FAILED,
        BreakerMove.STARVED,
    },
    **{
        (state, hold): {BreakerMove.RELEASED}
        for state, hold in product(BreakerState, [Hold.FORCED_OPEN, Hold.LATCHED])
    },
}


@pytest.mark.parametrize(("state", "hold"), list(product(BreakerState, Hold)))
def test_exactly_the_moves_of_the_table_are_legal(state: BreakerState, hold: Hold) -> None:
    breaker = Breaker(state=state, hold=hold)

    legal = {move for move in BreakerMove if is_legal(move, breaker)}

    assert legal == EVERYWHERE | ALLOWED.get((state, hold), set())


def test_every_move_is_in_the_table() -> None:
    assert set(LEGAL) == set(BreakerMove)


def test_an_illegal_move_is_refused_by_name() -> None:
    with pytest.raises(IllegalMoveError, match="tripped is not possible in state OPEN with hold"):
        breaker_trip(OPEN, ALARM, BREAKER, now_s=START_S, jitter=0.0)


def test_no_freeze_ends_by_itself_while_a_hold_stands() -> None:
    with pytest.raises(IllegalMoveError):
        probation_begin(LATCHED, now_s=START_S + 900)


@pytest.mark.parametrize(
    ("breaker", "acts"),
    [
        (Breaker(), False),
        (OPEN, True),
        (Breaker(hold=Hold.SUPERVISED), True),
        (OPEN._replace(mode=BreakerMode.SHADOW), False),
        (LATCHED._replace(mode=BreakerMode.SHADOW), False),
        (FORCED._replace(mode=BreakerMode.SHADOW), True),
        (OPEN._replace(mode=BreakerMode.BYPASS), False),
        (LATCHED._replace(mode=BreakerMode.BYPASS), True),
        (FORCED._replace(mode=BreakerMode.BYPASS), True),
        (LATCHED._replace(mode=BreakerMode.SHADOW, hold_origin=HoldOrigin.PERSON), True),
    ],
)
def test_what_a_person_did_always_acts_and_a_latch_beats_bypass(
    breaker: Breaker, acts: bool
) -> None:
    assert breaker.acts is acts


@pytest.mark.parametrize(
    ("reason", "critical"),
    [
        (BreakerReason.POLICY_VIOLATION, True),
        (BreakerReason.CONFIRMED_COLLUSION, True),
        (BreakerReason.SUSPICION, False),
        (BreakerReason.MANUAL, False),
    ],
)
def test_one_critical_event_is_told_from_suspicion(reason: BreakerReason, critical: bool) -> None:
    assert reason.is_critical is critical
