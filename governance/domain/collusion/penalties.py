"""What confirmed rings impose on an agent, in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar

from governance.domain.money import usd_round, usd_shown
from governance.domain.phrases import count_words
from governance.domain.types import Tier

Member = TypeVar("Member")


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


def fines_of(received: Mapping[Member, Decimal], share: float) -> dict[Member, Decimal]:
    """Return what members are fined for what each received inside a ring, in dollars.

    Args:
        received: by member, what was not fined for yet.
        share: of it, at least 0; above 1 a fine is more than what was received.

    Returns:
        Those who are fined anything.
    """
    due = {member: usd_round(usd * Decimal(str(share))) for member, usd in received.items()}
    return {member: usd for member, usd in due.items() if usd}


def fine_phrase(usd: Decimal, before: Decimal) -> str:
    """Return what a confirmation fines, to go on in a sentence.

    Args:
        usd: of all members, in dollars.
        before: what earlier confirmations fined that still stand.
    """
    more = f", beyond {usd_shown(before)} that an earlier verdict fined" if before else ""
    if not usd:
        return f"no value moved inside the ring to be fined{more}"
    return f"fined {usd_shown(usd)} in all for what they received inside the ring{more}"


def team_phrase(days: int) -> str:
    """Return what clearing a ring makes of its members, to go on in a sentence."""
    return f"declares them a team for {count_words(days, 'day')}: not watched, not accused"


def budget_left(budget_usd: Decimal | None, penalty: Penalty | None) -> Decimal | None:
    """Return what a penalty leaves of a month's budget in dollars; None where none is set."""
    if budget_usd is None or penalty is None:
        return budget_usd
    return usd_round(budget_usd * Decimal(str(penalty.budget_share)))
