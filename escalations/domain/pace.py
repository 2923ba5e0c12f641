"""How fast one person decides: shown to that person, never a reason to refuse a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from governance.domain.policy.pace import PacePolicy


class Haste(StrEnum):
    """Why a break or a second pair of eyes is suggested."""

    MANY = "many"
    FAST = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class PacedDecision:
    """One answer of the person.

    ``began_at`` is the earliest that the person can have begun to look at it: the claim, or else
    the opening of the ticket; None where that was not kept. The time from then on is the longest
    that the person can have taken, so it never makes anybody look hastier than they were.
    """

    at: datetime
    began_at: datetime | None
    is_approval: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the window holds; ``median_s`` is over ``timed`` decisions, None below the fewest."""

    approvals: int
    decisions: int
    timed: int
    median_s: float | None
    haste: Haste | None


def pace_of(decisions: Iterable[PacedDecision], policy: PacePolicy, *, now: datetime) -> Pace:
    """Return a person's pace over the policy's window up to ``now``.

    Many approvals are named before a short median: they are the plainer of the two.
    """
    since = now - timedelta(minutes=policy.window_min)
    recent = [each for each in decisions if since < each.at <= now]
    approvals = sum(each.is_approval for each in recent)
    taken_s = [
        (each.at - each.began_at).total_seconds() for each in recent if each.began_at is not None
    ]
    median_s = median(taken_s) if len(taken_s) >= policy.decisions_least else None
    haste = None
    if approvals >= policy.approvals_many:
        haste = Haste.MANY
    elif median_s is not None and median_s < policy.median_least_s:
        haste = Haste.FAST
    return Pace(
        approvals=approvals,
        decisions=len(recent),
        timed=len(taken_s),
        median_s=median_s,
        haste=haste,
    )
