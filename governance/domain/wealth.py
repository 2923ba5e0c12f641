"""Balances day by day, from what each day changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from governance.domain.money import ZERO


def balances_daily(
    changes: Iterable[tuple[date, Decimal]], *, since: date, until: date
) -> list[Decimal]:
    """Return the balance at the end of each day, both ends included.

    Args:
        changes: what a day changed, in dollars, at most once for each day and in any order; days
            before ``since`` count towards its balance.
        since: the first day.
        until: the last day, not before ``since``.
    """
    days = (until - since).days + 1
    moved, balance = [ZERO] * days, ZERO
    for day, change in changes:
        if day < since:
            balance += change
        elif day <= until:
            moved[(day - since).days] = change
    daily = []
    for change in moved:
        balance += change
        daily.append(balance)
    return daily


def days_between(since: date, until: date) -> list[date]:
    """Return each day from ``since`` to ``until``, both included."""
    return [since + timedelta(days=number) for number in range((until - since).days + 1)]
