from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.policy.trust import TrustPolicy
from governance.domain.values import (
    value_medians,
    value_medians_after,
    value_weight,
    values_fold,
)
from tests.governance.domain.outcomes import TRUST

LOW, HIGH = "stateless:LOW", "stateless:HIGH"
# A bin is an eighth of a doubling, and its middle stands for it.
BIN = 2 ** (1 / 16)


def _median(values: list[float], policy: TrustPolicy = TRUST) -> float | None:
    return value_medians(values_fold({}, [(LOW, each) for each in values], policy), policy).get(LOW)


def test_a_task_worth_the_median_or_more_counts_whole() -> None:
    assert value_weight(50.0, 50.0) == 1.0
    assert value_weight(5_000.0, 50.0) == 1.0


def test_a_trivial_task_counts_by_the_logarithm_of_its_value() -> None:
    # ln 2 / ln 51
    assert value_weight(1.0, 50.0) == pytest.approx(0.1763, abs=1e-4)


def test_a_task_worth_nothing_counts_nothing() -> None:
    assert value_weight(0.0, 50.0) == 0.0


@pytest.mark.parametrize("median", [None, 0.0])
def test_where_no_value_is_usual_every_task_counts_whole(median: float | None) -> None:
    assert value_weight(1.0, median) == 1.0


def test_a_task_of_unknown_value_counts_whole() -> None:
    assert value_weight(None, 50.0) == 1.0


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(1e-6, 1e9))
def test_more_value_never_counts_less(one: float, other: float, median: float) -> None:
    lesser, greater = sorted((one, other))

    assert 0.0 <= value_weight(lesser, median) <= value_weight(greater, median) <= 1.0


def test_a_median_is_exact_to_half_a_bin() -> None:
    median = _median([1.0] * 9 + [70.0] * 11)

    assert median is not None
    assert 70.0 / BIN <= median <= 70.0 * BIN


def test_half_of_all_tasks_worth_nothing_make_the_median_nothing() -> None:
    assert _median([0.0] * 10 + [5.0] * 10) == 0.0


def test_with_few_values_there_is_no_median() -> None:
    assert _median([5.0] * 19) is None


def test_old_values_give_way_to_new_ones() -> None:
    policy = TrustPolicy(value_memory=100)

    # 100 old ones halve to 50 as the 101st comes, and 51 new ones outnumber them.
    before = _median([1.0] * 100 + [64.0] * 49, policy)
    after = _median([1.0] * 100 + [64.0] * 51, policy)

    assert before == pytest.approx(1.0 * BIN)
    assert after == pytest.approx(64.0 * BIN)


def test_counts_survive_being_stored() -> None:
    counts = values_fold({}, [(LOW, 0.0), (LOW, 0.3), (LOW, 1e6)], TRUST)

    assert json.loads(json.dumps(counts)) == counts


def test_folding_in_two_steps_equals_folding_at_once() -> None:
    values = [(LOW, math.exp(n % 7)) for n in range(250)]
    policy = TrustPolicy(value_memory=100)

    half = values_fold({}, values[:120], policy)

    assert values_fold(half, values[120:], policy) == values_fold({}, values, policy)
    assert sum(half[LOW].values()) == 70.0


def test_a_class_without_new_values_keeps_its_counts_untouched() -> None:
    before = values_fold({}, [(LOW, 1.0), (HIGH, 1.0)], TRUST)

    after = values_fold(before, [(LOW, 1.0)], TRUST)

    assert after[HIGH] is before[HIGH]
    assert sum(before[LOW].values()) == 1.0


def test_medians_brought_up_to_date_are_those_worked_out_anew() -> None:
    before = values_fold({}, [(LOW, 1.0)] * 20 + [(HIGH, 8.0)] * 20, TRUST)
    after = values_fold(before, [(LOW, 64.0)] * 21, TRUST)

    medians = value_medians_after(value_medians(before, TRUST), before, after, TRUST)

    assert medians == value_medians(after, TRUST)
    assert set(medians) == {LOW, HIGH}


def test_a_median_that_has_too_few_values_left_is_forgotten() -> None:
    # The 31st value halves the 30 before it: 15 and itself are fewer than 20.
    policy = TrustPolicy(value_memory=30, value_outcomes=20)
    before = values_fold({}, [(LOW, 1.0)] * 30, policy)
    after = values_fold(before, [(LOW, 1.0)], policy)

    assert value_medians_after({LOW: 1.0}, before, after, policy) == {}
