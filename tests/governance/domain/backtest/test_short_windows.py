"""A window shorter than a day has a length in hours or minutes, and no rate a day."""

from __future__ import annotations

import pytest

from governance.domain.backtest.answers import Ending
from governance.domain.backtest.tally import BacktestTally
from governance.domain.backtest.words import report_words
from governance.domain.backtest.words_facts import period_words
from tests.governance.domain.backtest.answering import (
    DAY_S,
    ONE,
    RUNS,
    SINCE_S,
    compared,
    report_of,
)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0.5, "12 h"), (40 / 1440, "40 min"), (5 / 86_400, "5 s"), (1.0, "1 day"), (3.5, "3.5 days")],
)
def test_a_window_is_as_long_as_it_is(days: float, words: str) -> None:
    assert period_words(days) == words


def test_a_few_hours_are_not_made_a_rate_of_a_day() -> None:
    tally = BacktestTally(since_s=SINCE_S, until_s=SINCE_S + DAY_S / 2)
    tally.compared(compared(RUNS, ONE, Ending.SUCCEEDED))

    words = report_words(report_of(tally))

    assert words.whole.load == ("Approvals: 1 instead of 0 in 12 h.",)
