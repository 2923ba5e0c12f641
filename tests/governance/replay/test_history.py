from __future__ import annotations

import pytest

from tests.governance.replay.files import history, row


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (0.1234564, 0.123456),
        (0.1234566, 0.123457),
        (0.123456, 0.123456),
        (12_345_678_901.0, 12_345_678_901.0),
        (12_345_678_901.1234566, 12_345_678_901.123457),
    ],
)
def test_amounts_keep_the_six_decimals_of_the_ledger(given: float, kept: float) -> None:
    loaded = history(row("t", cost_usd=given, budget_usd=given, value_usd=given))

    assert loaded.cost_usd[0] == loaded.budget_usd[0] == loaded.value_usd[0] == kept


def test_an_amount_that_is_not_given_stays_so() -> None:
    [(_, fact)] = history(row("t")).in_order()

    assert fact.cost_usd is None
