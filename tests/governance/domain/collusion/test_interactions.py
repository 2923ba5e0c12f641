from __future__ import annotations

from itertools import repeat
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.collusion.interactions import Ints, distinct, group_sums, places
from tests.governance.domain.collusion.fleets import DAY_S, HOUR_S, START_S, Job, work_of

NUMBERS = st.lists(st.integers(-50, 50), max_size=40).map(lambda each: np.array(each, np.int64))
SIDES: st.SearchStrategy[Literal["left", "right"]] = st.sampled_from(["left", "right"])


def test_agents_are_counted_on_both_sides() -> None:
    work = work_of(Job(0, 1), Job(0, 2), Job(2, 1), agents=4)

    assert len(work) == 3
    assert work.given.tolist() == [2, 0, 1, 0]
    assert work.taken.tolist() == [0, 2, 1, 0]


def test_what_is_not_given_is_neither_rated_nor_verified() -> None:
    work = work_of(Job(0, 1, rating=0.0), Job(0, 1, verified=0.5), Job(0, 1), agents=2)

    assert work.is_rated.tolist() == [True, False, False]
    assert work.is_verified.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("step_s", "resolution_s"), [(DAY_S, DAY_S), (HOUR_S, HOUR_S), (60.0, 60.0), (1.0, 1.0)]
)
def test_times_are_as_exact_as_nearly_all_of_them(step_s: float, resolution_s: float) -> None:
    # 99 of 100 are round; the last one is a clock that was set by hand.
    jobs = [Job(0, 1, START_S + number * step_s) for number in range(99)]

    work = work_of(*jobs, Job(0, 1, START_S + 7.0), agents=2)

    assert work.resolution_s == resolution_s


def test_one_time_in_fifty_between_the_hours_is_a_finer_clock() -> None:
    jobs = [Job(0, 1, START_S + number * HOUR_S) for number in range(98)]

    work = work_of(*jobs, *repeat(Job(0, 1, START_S + 60.0), 2), agents=2)

    assert work.resolution_s == 60.0


def test_no_times_are_exact() -> None:
    assert work_of(agents=0).resolution_s == 1.0


@given(NUMBERS)
def test_distinct_is_what_numpy_calls_unique(values: Ints) -> None:
    assert distinct(values).tolist() == np.unique(values).tolist()


@given(NUMBERS.map(np.sort), NUMBERS, SIDES)
def test_places_are_those_that_numpy_finds(
    keys: Ints, wanted: Ints, side: Literal["left", "right"]
) -> None:
    assert places(keys, wanted, side).tolist() == np.searchsorted(keys, wanted, side).tolist()


def test_a_group_without_values_sums_to_nothing() -> None:
    sums = group_sums(np.array([0, 2, 0]), np.array([0.5, 2.0, 0.25]), 4)

    assert sums.tolist() == [0.75, 0.0, 2.0, 0.0]
    assert group_sums(np.zeros(0, np.int64), np.zeros(0), 1).dtype == np.float64
