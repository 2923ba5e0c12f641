from __future__ import annotations

import math

import pytest

from governance.domain.class_rates import (
    ClassOutcome,
    Rate,
    RefreshTotals,
    RefreshView,
    Tally,
    class_key,
    failure_expected,
    refresh_fold,
    refresh_view,
)
from governance.domain.types import BlastLevel, TaskType
from tests.governance.domain.outcomes import TRUST

LOW = "stateless:LOW"


def _view(total: Rate, own: Rate) -> RefreshView:
    return RefreshView(number=3, classes={LOW: total}, own={LOW: own}, sources_30d=3)


def test_a_class_is_named_by_type_and_level() -> None:
    assert class_key(TaskType.PIPELINE, BlastLevel.CRITICAL) == "pipeline:CRITICAL"


def test_without_any_outcome_three_failures_in_thirty_are_expected() -> None:
    assert failure_expected(RefreshView(number=0), LOW, TRUST) == pytest.approx(0.1)


def test_an_agent_is_judged_by_the_others_only() -> None:
    # 60 of 100 failed, 57 of 60 of them its own: (3 + 3) / (40 + 30).
    view = _view(Rate(60.0, 100.0), Rate(57.0, 60.0))

    assert failure_expected(view, LOW, TRUST) == pytest.approx(6 / 70)


def test_a_lone_agent_is_judged_by_the_prior_however_it_fails() -> None:
    view = _view(Rate(60.0, 100.0), Rate(60.0, 100.0))

    assert failure_expected(view, LOW, TRUST) == pytest.approx(0.1)


def test_a_share_that_rounds_above_its_total_counts_as_all_of_it() -> None:
    view = _view(Rate(60.0, 100.0), Rate(60.0 + 1e-12, 100.0 + 1e-12))

    assert failure_expected(view, LOW, TRUST) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("total", "expected"), [(Rate(0.0, 9_970.0), 0.005), (Rate(9_970.0, 9_970.0), 0.9)]
)
def test_an_expectation_is_never_certain(total: Rate, expected: float) -> None:
    assert failure_expected(_view(total, Rate(0.0, 0.0)), LOW, TRUST) == expected


def test_each_outcome_makes_its_class_forget_a_little() -> None:
    outcomes = [
        ClassOutcome("a", LOW, 1.0),
        ClassOutcome("b", LOW, 0.0),
        ClassOutcome("a", LOW, 0.5),
    ]

    folded = refresh_fold(RefreshTotals(), outcomes, TRUST)

    assert folded.classes[LOW].failures == pytest.approx(0.9999**2 + 0.5)
    assert folded.classes[LOW].outcomes == pytest.approx(0.9999**2 + 0.9999 + 1)
    assert folded.classes[LOW].events == 3


def test_a_share_is_stored_as_of_the_agents_last_outcome() -> None:
    outcomes = [
        ClassOutcome("a", LOW, 1.0),
        ClassOutcome("b", LOW, 0.0),
        ClassOutcome("b", LOW, 0.0),
    ]

    folded = refresh_fold(RefreshTotals(), outcomes, TRUST)

    assert folded.shares["a"] == {LOW: Tally(1.0, 1.0, 1)}


def test_only_agents_with_new_outcomes_get_a_new_share() -> None:
    before = RefreshTotals(
        classes={LOW: Tally(1.0, 1.0, 1)}, shares={"a": {LOW: Tally(1.0, 1.0, 1)}}
    )

    folded = refresh_fold(before, [ClassOutcome("b", LOW, 0.0)], TRUST)

    assert set(folded.shares) == {"b"}


def test_a_new_share_keeps_the_agents_other_classes() -> None:
    other = Tally(2.0, 5.0, 9)
    before = RefreshTotals(classes={"pipeline:LOW": other}, shares={"a": {"pipeline:LOW": other}})

    folded = refresh_fold(before, [ClassOutcome("a", LOW, 0.0)], TRUST)

    assert folded.shares["a"] == {"pipeline:LOW": other, LOW: Tally(0.0, 1.0, 1)}


def test_folding_leaves_the_previous_totals_alone() -> None:
    before = RefreshTotals(
        classes={LOW: Tally(1.0, 1.0, 1)}, shares={"a": {LOW: Tally(1.0, 1.0, 1)}}
    )

    refresh_fold(before, [ClassOutcome("a", LOW, 1.0)], TRUST)

    assert before.classes == {LOW: Tally(1.0, 1.0, 1)}
    assert before.shares == {"a": {LOW: Tally(1.0, 1.0, 1)}}


def test_an_old_share_decays_to_the_refresh_it_is_read_at() -> None:
    view = refresh_view(
        number=8,
        classes={LOW: Tally(7.0, 80.0, 110)},
        own={LOW: Tally(2.0, 20.0, 10)},
        sources_30d=4,
        policy=TRUST,
    )

    kept = math.pow(0.9999, 100)
    assert view.number == 8
    assert view.sources_30d == 4
    assert view.classes == {LOW: Rate(7.0, 80.0)}
    assert view.own[LOW].to_list() == pytest.approx((2.0 * kept, 20.0 * kept))


def test_a_share_of_a_class_the_refresh_does_not_know_is_left_out() -> None:
    view = refresh_view(
        number=1, classes={}, own={LOW: Tally(2.0, 20.0, 10)}, sources_30d=1, policy=TRUST
    )

    assert view.own == {}


def test_two_refreshes_equal_one_over_the_same_outcomes() -> None:
    outcomes = [ClassOutcome(f"a{n % 3}", LOW, (n % 4 == 0) * 1.0) for n in range(60)]
    at_once = refresh_fold(RefreshTotals(), outcomes, TRUST)

    first = refresh_fold(RefreshTotals(), outcomes[:25], TRUST)
    second = refresh_fold(first, outcomes[25:], TRUST)

    assert second == at_once


def test_a_refresh_keeps_what_kin_and_values_say() -> None:
    outcomes = [
        ClassOutcome("a", LOW, 1.0, 0.1, 0.5, 8.0, ("owner:lena",)),
        ClassOutcome("b", LOW, 0.0, 0.1, 1.0, None, ("owner:lena",)),
        ClassOutcome("c", LOW, 0.0, 0.1),
    ]

    folded = refresh_fold(RefreshTotals(), outcomes, TRUST)

    # A failure that weighs half is half a failure, where half of 0.1 was expected.
    assert folded.groups["owner:lena"].to_list() == pytest.approx(
        (0.5 * 0.9999, 0.05 * 0.9999 + 0.1, 2, 2)
    )
    assert set(folded.parts) == {"a", "b"}
    assert folded.values == {LOW: {"2^24": 1.0}}
