from __future__ import annotations

from datetime import date
from decimal import Decimal

from governance.domain.wealth import balances_daily, days_between

MONDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 4)


def test_a_balance_stands_until_a_day_changes_it_and_begins_with_what_was_before() -> None:
    changes = [
        (date(2026, 2, 27), Decimal(10)),
        (date(2026, 3, 4), Decimal(-4)),
        (date(2026, 3, 2), Decimal(1)),
        (date(2026, 3, 5), Decimal(100)),
    ]

    assert balances_daily(changes, since=MONDAY, until=WEDNESDAY) == [11, 11, 7]


def test_without_changes_every_day_ends_at_nothing() -> None:
    assert balances_daily([], since=MONDAY, until=MONDAY) == [0]


def test_days_include_both_ends() -> None:
    assert days_between(MONDAY, WEDNESDAY) == [MONDAY, date(2026, 3, 3), WEDNESDAY]
