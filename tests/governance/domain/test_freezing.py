from __future__ import annotations

import pytest

from governance.domain.breaker_state import Breaker
from governance.domain.freezing import TripEffect, freeze_s, level_at, trip_effect, trips_with
from governance.domain.types import BreakerState
from tests.governance.domain.outcomes import BREAKER, DAY_S, START_S


@pytest.mark.parametrize(
    ("level", "minutes"),
    [(1, 15), (2, 30), (3, 60), (4, 120), (5, 240), (6, 480), (7, 960), (8, 1440), (900, 1440)],
)
def test_each_level_doubles_the_freeze_up_to_a_day(level: int, minutes: float) -> None:
    assert freeze_s(level, BREAKER, jitter=0.0) == minutes * 60


@pytest.mark.parametrize(("jitter", "minutes"), [(-1.0, 13.5), (0.5, 15.75), (1.0, 16.5)])
def test_freezes_differ_by_up_to_a_tenth(jitter: float, minutes: float) -> None:
    assert freeze_s(1, BREAKER, jitter=jitter) == pytest.approx(minutes * 60)


def test_no_freeze_is_longer_than_a_day() -> None:
    assert freeze_s(8, BREAKER, jitter=1.0) == DAY_S


@pytest.mark.parametrize(
    ("frozen", "eligible", "effect"),
    [
        (0, 1, TripEffect.OPEN),
        (0, 2, TripEffect.OPEN),
        (1, 6, TripEffect.SUPERVISED),
        (1, 7, TripEffect.OPEN),
        (2, 10, TripEffect.OPEN),
        (3, 10, TripEffect.SUPERVISED),
    ],
)
def test_detectors_freeze_at_most_three_in_ten_but_always_one(
    frozen: int, eligible: int, effect: TripEffect
) -> None:
    assert trip_effect(frozen, eligible, BREAKER) is effect


def test_a_critical_event_freezes_whatever_the_share() -> None:
    assert trip_effect(9, 10, BREAKER, critical=True) is TripEffect.OPEN


@pytest.mark.parametrize(
    ("days", "level"), [(0.0, 3), (0.99, 3), (1.0, 2), (2.5, 1), (30.0, 0), (-1.0, 3)]
)
def test_each_clean_day_lowers_the_level_by_one(days: float, level: int) -> None:
    closed = Breaker(level=3, level_since_s=START_S)

    assert level_at(closed, START_S + days * DAY_S, BREAKER) == level


def test_a_frozen_agent_has_no_clean_days() -> None:
    frozen = Breaker(state=BreakerState.OPEN, level=3, level_since_s=START_S)

    assert level_at(frozen, START_S + 5 * DAY_S, BREAKER) == 3


def test_a_breaker_that_never_tripped_is_at_level_zero() -> None:
    assert level_at(Breaker(), START_S, BREAKER) == 0


def test_trips_older_than_a_week_are_forgotten() -> None:
    breaker = Breaker(trips_s=(START_S, START_S + 1.0))

    assert trips_with(breaker, START_S + 7 * DAY_S, BREAKER) == (START_S + 1, START_S + 7 * DAY_S)


def test_what_is_stored_of_trips_is_bounded() -> None:
    breaker = Breaker(trips_s=tuple(START_S + n for n in range(20)))

    trips = trips_with(breaker, START_S + 20, BREAKER)

    assert len(trips) == 20
    assert trips[-1] == START_S + 20
