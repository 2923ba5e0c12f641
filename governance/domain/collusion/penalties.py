"""What confirmed rings impose on an agent, in all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from governance.domain.money import usd_round
from governance.domain.types import Tier


class Penalty(NamedTuple):
    """Tier low and ``budget_share`` of the budget, in [0, 1], until ``until``."""

    until: datetime
    budget_share: float


def penalty_in_all(imposed: Iterable[Penalty]) -> Penalty | None:
    """Return what several penalties come to: the longest time and the least of the budget.

    So a ring that is cleared takes back exactly what it alone brought. None without any.
    """
    penalties = list(imposed)
    if not penalties:
        return None
    return Penalty(
        until=max(each.until for each in penalties),
        budget_share=min(each.budget_share for each in penalties),
    )


def tier_in_force(earned: Tier, penalty: Penalty | None) -> Tier:
    """Return the tier that sets an agent's limits: low while a penalty stands."""
    return earned if penalty is None else Tier.LOW


def budget_left(budget_usd: Decimal | None, penalty: Penalty | None) -> Decimal | None:
    """Return what a penalty leaves of a month's budget in dollars; None where none is set."""
    if budget_usd is None or penalty is None:
        return budget_usd
    return usd_round(budget_usd * Decimal(str(penalty.budget_share)))
