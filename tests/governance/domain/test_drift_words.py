from __future__ import annotations

import math

import pytest

from governance.domain.drift_state import AmountRun, DriftKind, DriftSignal, OutcomeRun
from governance.domain.drift_words import (
    amount_phrase,
    amount_words,
    failing_phrase,
    span_phrase,
)
from tests.governance.domain.outcomes import HOUR_S, START_S


def test_failing_says_how_many_failed_in_which_time_and_what_is_normal() -> None:
    run = OutcomeRun(31, 9, 0, 1.55, START_S)

    assert failing_phrase(run, START_S + 36 * HOUR_S, 1.0) == (
        "9 of the last 31 tasks failed, within 36.0 h; normal for this agent on such work: 1 in 20."
    )


def test_failing_says_what_is_allowed_for() -> None:
    run = OutcomeRun(31, 9, 2, 1.55, START_S)

    assert failing_phrase(run, START_S + 60.0, 1.8) == (
        "9 of the last 31 tasks failed, 2 partly, within 1 min; normal for this agent on such"
        " work: 1 in 20. The rest of the fleet fails 1.8 times as often, allowed for."
    )


def test_dearer_says_what_a_task_costs_now_and_normally() -> None:
    run = AmountRun(15.2, 23, 23 * math.log(0.0084), 23 * math.log(2.19), START_S)

    assert amount_phrase(DriftSignal.DEARER, run, START_S + 90 * 60.0) == (
        "The last 23 tasks cost 0.0184 USD each, within 90 min; normal for this agent on such"
        " work: 0.00840 USD. That is 119 % more."
    )


def test_from_ten_times_as_much_no_per_cents_are_counted() -> None:
    run = AmountRun(15.75, 7, 7 * math.log(0.005), 7 * math.log(1300.0), START_S)

    assert amount_phrase(DriftSignal.DEARER, run, START_S + 120.0) == (
        "The last 7 tasks cost 6.50 USD each, within 2 min; normal for this agent on such"
        " work: 0.00500 USD. That is 1,300 times as much."
    )


def test_faster_says_how_much_less() -> None:
    run = AmountRun(15.2, 40, 40 * math.log(12.0), 40 * math.log(0.25), START_S)

    assert amount_phrase(DriftSignal.FASTER, run, START_S + 72 * HOUR_S) == (
        "The last 40 tasks took 3.00 s each, within 3.0 days; normal for this agent on such work:"
        " 12.0 s. That is 75 % less."
    )


@pytest.mark.parametrize(
    ("kind", "amount", "words"),
    [
        (DriftKind.COST, 1234.5, "1234.50 USD"),
        (DriftKind.COST, 0.000012, "0.0000120 USD"),
        (DriftKind.DURATION, 640.0, "640 s"),
        (DriftKind.DURATION, 1.0, "1.00 s"),
    ],
)
def test_an_amount_is_said_without_powers_of_ten(
    kind: DriftKind, amount: float, words: str
) -> None:
    assert amount_words(kind, amount) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(10.0, "a minute"), (600.0, "10 min"), (3 * HOUR_S, "3.0 h"), (60 * HOUR_S, "2.5 days")],
)
def test_a_span_is_said_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert span_phrase(seconds) == words
