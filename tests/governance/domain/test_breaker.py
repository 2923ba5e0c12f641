from __future__ import annotations

import pytest

from governance.domain.breaker import (
    breaker_close,
    breaker_latch,
    breaker_reopen,
    breaker_starve,
    breaker_supervise,
    breaker_trip,
    is_probation_due,
    is_starved,
    probation_begin,
    supervision_end,
)
from governance.domain.breaker_state import NO_RUN, Breaker, Probation
from governance.domain.transitions import BreakerMove, BreakerReason
from governance.domain.types import BreakerMode, BreakerState, Hold, HoldOrigin
from tests.governance.domain.breakers import (
    ALARM,
    CLOSED,
    FORCED,
    HALF_OPEN,
    LATCHED,
    OPEN,
    SUPERVISED,
)
from tests.governance.domain.outcomes import BREAKER, DAY_S, START_S


def _tripped_before(*days_ago: float) -> Breaker:
    return CLOSED._replace(trips_s=tuple(START_S - days * DAY_S for days in days_ago))


def test_a_trip_freezes_for_a_quarter_of_an_hour_at_first() -> None:
    breaker, record = breaker_trip(CLOSED, ALARM, BREAKER, now_s=START_S, jitter=0.0)

    assert breaker.state is BreakerState.OPEN
    assert breaker.hold is Hold.NONE
    assert (breaker.level, breaker.frozen_until_s) == (1, START_S + 900)
    assert (breaker.opened_s, breaker.trips_s, breaker.run) == (START_S, (START_S,), NO_RUN)
    assert (record.move, record.reason) == (BreakerMove.TRIPPED, BreakerReason.SUSPICION)
    assert record.sentence == ALARM.sentence
    assert record.evidence == ALARM
    assert record.enforced
    assert not record.needs_release


def test_a_second_trip_the_next_day_freezes_as_long_as_the_first() -> None:
    closed = CLOSED._replace(level=1, level_since_s=START_S - DAY_S, trips_s=(START_S - DAY_S,))

    breaker, _ = breaker_trip(closed, ALARM, BREAKER, now_s=START_S, jitter=0.0)

    assert (breaker.level, breaker.frozen_until_s) == (1, START_S + 900)


def test_a_second_trip_the_same_day_freezes_twice_as_long() -> None:
    closed = CLOSED._replace(level=1, level_since_s=START_S - 3600)

    breaker, _ = breaker_trip(closed, ALARM, BREAKER, now_s=START_S, jitter=0.0)

    assert (breaker.level, breaker.frozen_until_s) == (2, START_S + 1800)


def test_the_fourth_trip_in_a_week_latches() -> None:
    breaker, record = breaker_trip(
        _tripped_before(6.9, 4, 1), ALARM, BREAKER, now_s=START_S, jitter=0.0
    )

    assert (breaker.hold, breaker.hold_origin) == (Hold.LATCHED, HoldOrigin.DETECTOR)
    assert record.latched
    assert record.needs_release
    assert record.sentence == (
        f"{ALARM.sentence} Frozen 4 times in 7 days: two people must release it."
    )


def test_the_third_trip_in_a_week_does_not_latch() -> None:
    breaker, record = breaker_trip(
        _tripped_before(7, 4, 1), ALARM, BREAKER, now_s=START_S, jitter=0.0
    )

    assert breaker.hold is Hold.NONE
    assert not record.latched


def test_in_shadow_a_trip_is_recorded_and_not_enforced() -> None:
    shadow = CLOSED._replace(mode=BreakerMode.SHADOW)

    breaker, record = breaker_trip(shadow, ALARM, BREAKER, now_s=START_S, jitter=0.0)

    assert breaker.state is BreakerState.OPEN
    assert not breaker.acts
    assert not record.enforced


def test_a_supervised_agent_that_trips_loses_its_supervision() -> None:
    breaker, record = breaker_trip(SUPERVISED, ALARM, BREAKER, now_s=START_S, jitter=0.0)

    assert (breaker.state, breaker.hold) == (BreakerState.OPEN, Hold.NONE)
    assert breaker.hold_origin is HoldOrigin.NONE
    assert record.hold_before is Hold.SUPERVISED


def test_over_the_frozen_share_an_agent_is_supervised_with_its_suspicion() -> None:
    breaker, record = breaker_supervise(CLOSED, ALARM, frozen=3, eligible=10, now_s=START_S)

    assert (breaker.state, breaker.hold) == (BreakerState.CLOSED, Hold.SUPERVISED)
    assert breaker.run == CLOSED.run
    assert breaker.trips_s == ()
    assert record.move is BreakerMove.OVERFLOW
    assert record.sentence == (
        f"{ALARM.sentence} Supervised, not frozen: 3 of 10 agents are frozen."
    )


@pytest.mark.parametrize("before", [CLOSED, OPEN, HALF_OPEN, SUPERVISED, LATCHED])
def test_a_critical_event_latches_from_any_state(before: Breaker) -> None:
    breaker, record = breaker_latch(
        before, BreakerReason.FORBIDDEN_TOOL, "Ran drop_table.", BREAKER, now_s=START_S, jitter=0.0
    )

    assert (breaker.state, breaker.hold) == (BreakerState.OPEN, Hold.LATCHED)
    assert breaker.hold_origin is HoldOrigin.DETECTOR
    assert breaker.critical
    assert record.sentence == "Ran drop_table."


def test_a_critical_event_during_a_freeze_by_hand_stays_a_persons() -> None:
    breaker, _ = breaker_latch(
        FORCED, BreakerReason.HARD_CAP, "Spent 12 USD.", BREAKER, now_s=START_S, jitter=0.0
    )

    assert (breaker.hold, breaker.hold_origin) == (Hold.LATCHED, HoldOrigin.PERSON)


def test_only_a_critical_reason_latches_at_once() -> None:
    with pytest.raises(ValueError, match="reason must be critical, got suspicion"):
        breaker_latch(CLOSED, BreakerReason.SUSPICION, "", BREAKER, now_s=START_S, jitter=0.0)


@pytest.mark.parametrize(
    ("breaker", "after_s", "due"),
    [
        (OPEN, 900, True),
        (OPEN, 899, False),
        (LATCHED, 900, False),
        (HALF_OPEN, 900, False),
        (OPEN._replace(frozen_until_s=None), 900, False),
    ],
)
def test_probation_is_due_when_the_freeze_is_over_and_nothing_holds(
    breaker: Breaker, after_s: float, due: bool
) -> None:
    assert is_probation_due(breaker, START_S + after_s) is due


def test_probation_begins_with_an_empty_window_at_the_same_level() -> None:
    breaker, record = probation_begin(OPEN._replace(run=CLOSED.run), now_s=START_S + 900)

    assert breaker.state is BreakerState.HALF_OPEN
    assert (breaker.run, breaker.level, breaker.frozen_until_s) == (NO_RUN, 1, None)
    assert breaker.probation == Probation(since_s=START_S + 900)
    assert record.move is BreakerMove.PROBATION_STARTED


def test_after_probation_the_level_decays_from_the_day_it_closed() -> None:
    breaker, record = breaker_close(HALF_OPEN, "0 of 6 probes failed.", now_s=START_S + 60)

    assert breaker.state is BreakerState.CLOSED
    assert (breaker.level, breaker.level_since_s) == (1, START_S + 60)
    assert breaker.probation == Probation()
    assert record.sentence == "0 of 6 probes failed."


def test_a_failed_probation_freezes_twice_as_long() -> None:
    breaker, record = breaker_reopen(
        HALF_OPEN, "2 of 2 probes failed.", BREAKER, now_s=START_S, jitter=0.0
    )

    assert breaker.state is BreakerState.OPEN
    assert (breaker.level, breaker.frozen_until_s) == (2, START_S + 1800)
    assert breaker.trips_s == (START_S - 900, START_S)
    assert record.move is BreakerMove.PROBATION_FAILED


def test_a_probation_that_fails_for_the_third_time_after_a_trip_latches() -> None:
    half_open = HALF_OPEN._replace(trips_s=(START_S - 9000, START_S - 5000, START_S - 900))

    breaker, record = breaker_reopen(
        half_open, "2 of 2 probes failed.", BREAKER, now_s=START_S, jitter=0.0
    )

    assert breaker.hold is Hold.LATCHED
    assert record.needs_release


@pytest.mark.parametrize(
    ("breaker", "hours", "starved"),
    [
        (HALF_OPEN, 24, True),
        (HALF_OPEN, 23.99, False),
        (OPEN, 24, False),
        (HALF_OPEN._replace(hold=Hold.FORCED_OPEN), 24, False),
        (HALF_OPEN._replace(probation=Probation()), 24, False),
    ],
)
def test_probation_without_a_verdict_starves_after_a_day(
    breaker: Breaker, hours: float, starved: bool
) -> None:
    assert is_starved(breaker, START_S + hours * 3600, BREAKER) is starved


def test_a_starved_probation_freezes_at_the_same_level_and_asks_a_person() -> None:
    half_open = HALF_OPEN._replace(
        level=2, probation=Probation(-0.7, clean=3, failed=1, partial=1, since_s=START_S)
    )

    breaker, record = breaker_starve(half_open, BREAKER, now_s=START_S + DAY_S, jitter=0.0)

    assert breaker.state is BreakerState.OPEN
    assert (breaker.level, breaker.frozen_until_s) == (2, START_S + DAY_S + 1800)
    assert breaker.trips_s == half_open.trips_s
    assert record.needs_release
    assert record.sentence == "No verdict after 24 h of probation and 5 probes."


def test_a_starved_probation_after_a_release_at_level_zero_freezes_as_at_level_one() -> None:
    breaker, _ = breaker_starve(
        HALF_OPEN._replace(level=0), BREAKER, now_s=START_S + DAY_S, jitter=0.0
    )

    assert breaker.frozen_until_s == START_S + DAY_S + 900


def test_supervision_ends_without_a_trace_of_the_hold() -> None:
    breaker, record = supervision_end(SUPERVISED, BREAKER, now_s=START_S)

    assert (breaker.hold, breaker.hold_origin) == (Hold.NONE, HoldOrigin.NONE)
    assert record.sentence == "No suspicion for 10 tasks."
    assert record.enforced
