"""Thirty days before the story begins, as ``POST outcomes`` and ``POST interactions`` take them.

Pure: seed, agent and end of the past decide every line, so loading it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from config.simulation.cast import (
    BROKER,
    BUYER,
    CAST,
    CLERK,
    DEPLOYER,
    LEAD,
    PRICING,
    SCOUT,
    STEWARD,
    TRIAGE,
    WRITER,
    Member,
)

AT_ONCE = 1_000
STAFF = ("ines@shop", "noor@shop", "tomas@shop", "yuki@shop")
# What a task costs, in shares of its budget.
USUAL_COST = (0.35, 0.48)
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tie:
    """Who uses whose work, how often a day, at what quality and price in dollars.

    ``praise`` is what the rating adds to what the work is worth.
    """

    initiator: str
    counterparty: str
    per_day: int
    quality: float
    value: float
    praise: float = 0.0


HONEST = (
    Tie(LEAD, SCOUT, 5, 0.84, 3.0),
    Tie(LEAD, WRITER, 5, 0.86, 6.0),
    Tie(TRIAGE, WRITER, 3, 0.85, 4.0),
    Tie(PRICING, SCOUT, 4, 0.83, 3.0),
    Tie(DEPLOYER, STEWARD, 2, 0.72, 8.0),
    Tie(CLERK, TRIAGE, 2, 0.88, 5.0),
    Tie(BUYER, WRITER, 2, 0.85, 6.0),
    Tie(BROKER, WRITER, 2, 0.85, 6.0),
    Tie(TRIAGE, BUYER, 2, 0.58, 20.0),
    Tie(LEAD, BROKER, 2, 0.56, 20.0),
)
# Each praises what the other delivers, far beyond what it is worth to anybody else, and buys it.
FAVOURS = (
    Tie(BUYER, BROKER, 9, 0.55, 45.0, praise=0.42),
    Tie(BROKER, BUYER, 9, 0.56, 45.0, praise=0.42),
)
VERIFIED_SHARE = 0.25


def batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield the items in the sizes that one call takes."""
    for start in range(0, len(items), AT_ONCE):
        yield list(items[start : start + AT_ONCE])


def past_outcomes(seed: int, *, until: datetime, days: int) -> list[Item]:
    """Return every agent's outcomes of the ``days`` that end at ``until``, agent by agent."""
    return [item for member in CAST for item in _outcomes(seed, member, until, days)]


def past_interactions(seed: int, *, until: datetime, days: int, verified: bool) -> list[Item]:
    """Return the exchanges of the same days, oldest first.

    Args:
        seed: which past.
        until: when it ends.
        days: how long it lasted.
        verified: whether a quality desk checked a share of the work.
    """
    found = [
        {**item, **(checked if verified else {})}
        for tie in (*HONEST, *FAVOURS)
        for item, checked in _exchanges(seed, tie, until, days)
    ]
    return sorted(found, key=lambda item: (item["occurred_at"], item["id"]))


def failures_spread(dice: Random, *, count: int, share: float) -> set[int]:
    """Return which of ``count`` outcomes fail: one somewhere in each stretch of ``1 / share``.

    Failures that come by pure chance come in runs too, and a run in the past would freeze an
    agent that was never ill.
    """
    stretch = 1.0 / share
    starts = [stretch * number for number in range(int(count * share + 1e-9))]
    # In the later half of each stretch: at least half a stretch lies between two failures.
    return {int(start + stretch * (0.5 + 0.49 * dice.random())) for start in starts}


def _outcomes(seed: int, member: Member, until: datetime, days: int) -> Iterator[Item]:
    dice = Random(f"{seed}/past/{member.agent}")  # noqa: S311 - a story, not a secret
    span = min(float(days), member.days)
    count = round(span * member.per_day)
    step = timedelta(days=span) / count
    failing = failures_spread(dice, count=count, share=member.failure_share)
    for number in range(count):
        finished_at = until - step * (count - number)
        yield {
            "task_id": f"past/{seed}/{member.agent}/{number}",
            "agent": member.agent,
            "finished_at": finished_at.isoformat(),
            "result": "failure" if number in failing else "success",
            "error_code": "not_usable" if number in failing else "",
            "requested_by": dice.choice(STAFF),
            "task_type": member.past_type,
            "level": member.past_level,
            "budget_usd": member.past_budget_usd,
            "cost_usd": f"{float(member.past_budget_usd) * dice.uniform(*USUAL_COST):.4f}",
            "duration_s": round(dice.uniform(*member.past_work_s), 2),
        }


def _exchanges(seed: int, tie: Tie, until: datetime, days: int) -> Iterator[tuple[Item, Item]]:
    """Yield each exchange with what the quality desk said of it, mostly nothing."""
    name = f"{tie.initiator}>{tie.counterparty}"
    dice = Random(f"{seed}/past/{name}")  # noqa: S311 - a story, not a secret
    for number in range(days * tie.per_day):
        at = until - timedelta(days=days * dice.random(), seconds=1)
        quality = _share(dice.gauss(tie.quality, 0.06))
        item: Item = {
            "id": f"past/{seed}/{name}/{number}",
            "occurred_at": at.isoformat(),
            "initiator": tie.initiator,
            "counterparty": tie.counterparty,
            "value_usd": f"{tie.value * dice.uniform(0.8, 1.2):.2f}",
            "cost_usd": f"{dice.uniform(0.01, 0.05):.3f}",
            "rating": _share(quality + tie.praise + dice.gauss(0.0, 0.05)),
            "accepted": quality + tie.praise > 0.5,
        }
        checked = {"verified_quality": quality, "verified_by": "quality desk"}
        yield item, checked if dice.random() < VERIFIED_SHARE else {}


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 3)
