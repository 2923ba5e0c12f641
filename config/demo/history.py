"""Thirty days of finished work, so that the demo's agents have earned their tiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from config.simulation.past import STAFF
from governance.domain.types import BlastLevel, Result, TaskType
from governance.services.schemas import OutcomeItem

if TYPE_CHECKING:
    from datetime import datetime

DAYS = 30
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How an agent worked: outcomes a day, the share of them that failed, what one may cost.

    Costs are some cents of a model's work; refunds of the past would eat up the month's budget.
    """

    agent: str
    per_day: int
    failure_share: float
    level: BlastLevel
    budget_usd: Decimal | None = None


# The newcomer has none: a new agent starts in the lowest tier.
PASTS = (
    Past(
        agent="shop-support",
        per_day=10,
        failure_share=0.01,
        level=BlastLevel.LOW,
        budget_usd=Decimal("0.02"),
    ),
    Past(agent="shop-payouts", per_day=5, failure_share=0.02, level=BlastLevel.MEDIUM),
    Past(agent="shop-cleaner", per_day=4, failure_share=0.18, level=BlastLevel.MEDIUM),
)


def history_items(past: Past, *, until: datetime) -> list[OutcomeItem]:
    """Return the outcomes of ``DAYS`` days that end at ``until``, oldest first, always the same."""
    dice = Random(f"{SEED}/{past.agent}")  # noqa: S311 - a story, not a secret
    count = DAYS * past.per_day
    step = timedelta(days=DAYS) / count
    return [_item(past, dice, number, until - step * (count - number)) for number in range(count)]


def _item(past: Past, dice: Random, number: int, finished_at: datetime) -> OutcomeItem:
    # As long as the shop's tools really take, so that today's work looks like yesterday's.
    duration_s = round(dice.lognormvariate(-4.8, 0.6), 4)
    return OutcomeItem(
        task_id=f"history/{past.agent}/{number}",
        agent=past.agent,
        finished_at=finished_at,
        started_at=finished_at - timedelta(seconds=duration_s),
        result=Result.FAILURE if dice.random() < past.failure_share else Result.SUCCESS,
        requested_by=dice.choice(STAFF),
        task_type=TaskType.STATELESS,
        level=past.level,
        cost_usd=None if past.budget_usd is None else Decimal(dice.randint(8, 12)).scaleb(-3),
        budget_usd=past.budget_usd,
        duration_s=duration_s,
    )
