from __future__ import annotations

import math

import pytest

from governance.domain.fleet_factor import (
    NO_WORK,
    Work,
    WorkOutcome,
    WorkTotals,
    fleet_factor,
    work_fold,
)
from governance.domain.policy.drift import DriftPolicy

POLICY = DriftPolicy()


def test_a_fleet_that_fails_as_normal_has_the_factor_one() -> None:
    assert fleet_factor(Work(50.0, 50.0, 1000), NO_WORK, POLICY) == pytest.approx(1.0)


def test_a_fleet_that_fails_less_than_normal_makes_nobody_suspect() -> None:
    assert fleet_factor(Work(20.0, 50.0, 1000), NO_WORK, POLICY) == 1.0


def test_an_agents_own_failures_are_left_out() -> None:
    # Without its own 60 of 5 expected: (45 + 3) / (45 + 3).
    fleet, own = Work(105.0, 50.0, 1000), Work(60.0, 5.0, 1000)

    assert fleet_factor(fleet, own, POLICY) == pytest.approx(1.0)
    # Of 108, the square root of 54 may be chance.
    assert fleet_factor(fleet, NO_WORK, POLICY) == pytest.approx((108 - math.sqrt(54)) / 53)


def test_what_chance_may_have_added_excuses_nobody() -> None:
    # 3 + 52 less the square root of 27.5 is below the 53 that are normal; 3 + 57 is not.
    slightly, surely = Work(52.0, 50.0, 1000), Work(57.0, 50.0, 1000)

    assert fleet_factor(slightly, NO_WORK, POLICY) == 1.0
    assert fleet_factor(surely, NO_WORK, POLICY) == pytest.approx((60 - math.sqrt(30)) / 53)


def test_a_lone_agent_is_judged_by_the_prior_alone() -> None:
    own = Work(60.0, 5.0, 100)

    assert fleet_factor(own, own, POLICY) == 1.0


def test_each_outcome_of_the_fleet_makes_the_sums_forget() -> None:
    before = WorkTotals(Work(10.0, 5.0, 100), {"a": Work(4.0, 2.0, 90), "b": Work(1.0, 1.0, 50)})
    outcomes = [WorkOutcome("a", 1.0, 0.05), WorkOutcome("c", 0.5, 0.1)]

    fleet, shares = work_fold(before, outcomes, POLICY)

    kept = 1.0 - 1.0 / 2000.0
    assert fleet.to_list() == pytest.approx(
        [(10.0 * kept + 1.0) * kept + 0.5, (5.0 * kept + 0.05) * kept + 0.1, 102]
    )
    assert set(shares) == {"a", "c"}
    # The share was last written ten outcomes before the refresh.
    assert shares["a"].to_list() == pytest.approx(
        [4.0 * kept**11 + 1.0, 2.0 * kept**11 + 0.05, 101]
    )
    assert shares["c"] == Work(0.5, 0.1, 102)


def test_a_second_outcome_of_an_agent_adds_to_its_first() -> None:
    outcomes = [WorkOutcome("a", 1.0, 0.5), WorkOutcome("a", 1.0, 0.5)]

    fleet, shares = work_fold(WorkTotals(NO_WORK, {}), outcomes, POLICY)

    assert shares["a"] == fleet
    assert fleet.failures == pytest.approx(2.0 - 1.0 / 2000.0)
