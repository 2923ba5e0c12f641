"""The figures of a report as they are drawn: bounds on a line, rates, ratios with too little."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.pages.backtest_figures import bounds_card, count_lines, key_figures
from governance.domain.backtest.answers import Ending
from governance.domain.backtest.report import BacktestReport
from tests.governance.domain.backtest.answering import (
    DENIED,
    ONE,
    RUNS,
    compared,
    report_of,
    tally_of,
)

NB = "\N{NO-BREAK SPACE}"


def stopped(good: int, failed: int, kept: int = 0) -> BacktestReport:
    """Return a report of ten days: good and failed tasks stopped, and kept ones that went well."""
    endings = [Ending.SUCCEEDED] * good + [Ending.FAILED] * failed
    rows = [compared(RUNS, DENIED, ending, number=at) for at, ending in enumerate(endings)]
    rows += [compared(RUNS, RUNS, Ending.SUCCEEDED, number=1_000 + at) for at in range(kept)]
    return report_of(tally_of(*rows))


def figures(report: BacktestReport) -> dict[str, tuple[str, str]]:
    return {fact.label: (fact.value, fact.note) for fact in key_figures(report)}


def test_what_is_held_is_said_with_how_it_had_ended() -> None:
    told = figures(stopped(18, 10))

    assert told["Decisions that would have differed"] == ("28", "of 28")
    assert told["Tasks held, and how they had ended"] == ("28", "18 good, 10 failed")
    assert told["Good tasks held for each failure stopped"] == ("1.8", "")


def test_too_few_failures_carry_no_ratio() -> None:
    told = figures(stopped(18, 9))

    assert told["Good tasks held for each failure stopped"] == ("too few failures (9 of 10)", "")


@pytest.mark.parametrize(("asked", "said"), [(21, "+2.1 a day"), (0, "0.0 a day")])
def test_more_approvals_are_told_by_the_day(asked: int, said: str) -> None:
    rows = [compared(RUNS, ONE, Ending.SUCCEEDED, number=at) for at in range(asked)]

    told = figures(report_of(tally_of(*rows)))

    assert told["More approvals for people"] == (said, "")


def test_fewer_approvals_have_a_true_minus() -> None:
    rows = [compared(ONE, RUNS, Ending.SUCCEEDED, number=at) for at in range(20)]

    told = figures(report_of(tally_of(*rows)))

    assert told["More approvals for people"] == ("\N{MINUS SIGN}2.0 a day", "")


def test_bounds_stand_between_the_best_case_and_the_worst() -> None:
    card = bounds_card(stopped(30, 20, kept=60).whole)

    assert card is not None
    assert card.best_x <= card.likely_x <= card.worst_x
    assert card.text.startswith("Failures: best case ")
    assert card.text.endswith("; today 20.")


def test_a_small_change_is_drawn_small() -> None:
    small, large = bounds_card(stopped(0, 1, kept=0).whole), None
    rows = [compared(RUNS, RUNS, Ending.FAILED, number=at) for at in range(2, 102)]
    large = bounds_card(report_of(tally_of(*rows, compared(RUNS, DENIED, Ending.FAILED))).whole)

    assert small is not None
    assert large is not None
    # 1 failure of 1, and 1 of 101.
    assert small.width == 76.0
    assert 0.5 <= large.width < 4.0


def test_where_nothing_tightens_there_is_nothing_to_draw() -> None:
    report = report_of(tally_of(compared(DENIED, RUNS, Ending.DENIED)))

    assert bounds_card(report.whole) is None
    labels = [line.label for line in count_lines(report)]
    assert not any(label.startswith("Failures, ") for label in labels)
    assert "Blocked then and let run now: unknown" in labels


def test_a_part_of_less_than_a_day_has_no_rate() -> None:
    report = report_of(tally_of(compared(RUNS, ONE, Ending.SUCCEEDED)))
    short = replace(report.whole, until_s=report.whole.since_s + 3_600.0)

    lines = {line.label: line for line in count_lines(replace(report, first=short))}
    told = figures(replace(report, whole=short))

    assert lines["Approvals a day"].whole == f"0.0{NB}→{NB}0.1"
    assert lines["Approvals a day"].first == "–"
    assert told["More approvals for people"] == ("+1 in all", "")


def test_bounds_that_are_one_figure_are_drawn_in_the_middle() -> None:
    rows = [compared(RUNS, RUNS, Ending.FAILED), compared(RUNS, ONE, Ending.SUCCEEDED, number=1)]

    card = bounds_card(report_of(tally_of(*rows)).whole)

    assert card is not None
    assert {card.best_x, card.likely_x, card.today_x, card.worst_x, card.likely_text_x} == {50.0}
