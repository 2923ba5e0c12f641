from __future__ import annotations

import pytest

from governance.domain.score import Points
from governance.domain.score_moves import (
    Scored,
    gains,
    outcome_words,
    parts_words,
    signed,
    stretch_words,
    summary_words,
)
from governance.domain.types import Result

GOOD = Points(0.92, 0.91, 0.95, None)


def _scored(result: Result, score: float, source: str = "crm", **fields: object) -> Scored:
    after = Points(score, score, 0.95, None)
    return Scored(result, source, 1.0, 0.05, False, False, False, after)._replace(**fields)  # type: ignore[arg-type]


FELL = [
    _scored(Result.FAILURE, 0.88),
    _scored(Result.SUCCESS, 0.89),
    _scored(Result.PARTIAL, 0.87, "billing"),
    _scored(Result.FAILURE, 0.84, "billing"),
]


@pytest.mark.parametrize(
    ("change", "words"), [(0.031, "+0.03"), (-0.031, "\N{MINUS SIGN}0.03"), (0.0, "+0.00")]
)
def test_a_change_has_its_sign(change: float, words: str) -> None:
    assert signed(change) == words


def test_parts_say_what_they_were_and_are() -> None:
    assert parts_words(GOOD, Points(0.9, 0.88, 0.95, 0.9)) == (
        "success 0.91 → 0.88, budget stayed 0.95, consistency measured for the first time, 0.90"
    )


def test_an_outcome_says_its_source_and_what_others_do() -> None:
    assert outcome_words(_scored(Result.FAILURE, 0.88), GOOD) == (
        "A failure from crm, where the rest of the fleet fails 5 % of such tasks."
        " Success 0.91 → 0.88, budget stayed 0.95."
    )


def test_a_self_report_says_that_it_counted_less() -> None:
    words = outcome_words(_scored(Result.SUCCESS, 0.92, self_report=True, weight=0.25), GOOD)

    assert words.startswith(
        "A success from crm that counted 0.25, because the agent reported it itself, where"
    )


def test_a_trivial_task_says_that_it_counted_less() -> None:
    words = outcome_words(_scored(Result.SUCCESS, 0.92, weight=0.18), GOOD)

    assert "that counted 0.18, because its task was worth less than is usual, where" in words


def test_a_trivial_self_report_names_both_reasons() -> None:
    words = outcome_words(_scored(Result.SUCCESS, 0.92, self_report=True, weight=0.05), GOOD)

    assert "because the agent reported it itself and its task was worth less than is usual" in words


def test_a_verified_self_report_that_counts_less_is_a_trivial_task() -> None:
    scored = _scored(Result.PARTIAL, 0.92, self_report=True, verified=True, weight=0.5)

    assert outcome_words(scored, GOOD).startswith(
        "A partial success from crm that counted 0.50, because its task was worth less"
    )


def test_what_only_a_ring_vouches_for_says_that_it_counted_nothing() -> None:
    words = outcome_words(_scored(Result.SUCCESS, 0.92, weight=0.0, vouched_inside=True), GOOD)

    assert "A success from crm that counted nothing, because only its own ring vouched" in words


def test_the_outcomes_before_a_change_of_tier_are_told_by_source() -> None:
    assert stretch_words(FELL, GOOD) == (
        "Of the 4 outcomes before it 3 failed in whole or in part: 2 from billing and 1 from crm."
        " Success 0.91 → 0.84, budget stayed 0.95."
    )


def test_a_stretch_without_failures_says_so() -> None:
    rose = [_scored(Result.SUCCESS, 0.93)]

    assert stretch_words(rose, GOOD) == (
        "Of the 1 outcome before it none failed. Success 0.91 → 0.93, budget stayed 0.95."
    )


def test_what_failures_took_and_successes_gave_is_summed_apart() -> None:
    # 0.92 -> 0.88, 0.89 -> 0.87 and 0.87 -> 0.84 against 0.88 -> 0.89.
    assert gains(FELL, GOOD) == pytest.approx((-0.09, 0.01))


def test_a_fall_is_summed_up_with_its_sources() -> None:
    assert summary_words(FELL, GOOD) == (
        "Over its last 4 outcomes the score fell, 0.92 → 0.84: 3 failed or partial outcomes made"
        " \N{MINUS SIGN}0.09 (2 from billing and 1 from crm) and 1 that succeeded made +0.01."
        " Forgetting with time is in the change of the outcome after it."
    )


def test_a_rise_without_failures_is_summed_up() -> None:
    rose = [_scored(Result.SUCCESS, 0.93), _scored(Result.SUCCESS, 0.94)]

    assert summary_words(rose, GOOD).startswith(
        "Over its last 2 outcomes the score rose, 0.92 → 0.94: 2, all of which succeeded, made +0.02."
    )


def test_failures_alone_are_summed_up_and_a_still_score_is_called_so() -> None:
    still = [_scored(Result.FAILURE, 0.918, f"client{n}") for n in range(5)]

    assert summary_words(still, GOOD).startswith(
        "Over its last 5 outcomes the score stayed about where it was, 0.92 → 0.92: 5 failed or"
        " partial outcomes made \N{MINUS SIGN}0.00 (1 from client0, 1 from client1, 1 from client2"
        " and 2 from others)."
    )
