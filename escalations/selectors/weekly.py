"""What happened in a fleet in a week: the numbers of its pages, gathered for its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.weekly import WeekFacts
from escalations.selectors.service_level import service_level
from governance.domain.transitions import FREEZES, BreakerMove
from governance.selectors.fleet_weeks import (
    budgets_of,
    findings_between,
    moves_between,
    tiers_between,
    work_between,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from escalations.domain.weekly import Week
    from governance.models import Fleet


def week_facts(*, fleet: Fleet, week: Week, now: datetime) -> WeekFacts:
    """Return what happened in the fleet in a week, so far if it goes on; constant queries."""
    span, earlier = ({"since": each.since, "until": each.until} for each in (week, week.moved(-1)))
    moves = moves_between(fleet=fleet, **span)
    level = service_level(fleet=fleet, **span)
    work = work_between(fleet=fleet, **span)
    # Tiers are kept in the first hours of each day.
    tiers = tiers_between(fleet=fleet, first=week.since.date(), last=min(week.until, now).date())
    return WeekFacts(
        froze=_froze(moves),
        froze_before=_froze(moves_between(fleet=fleet, **earlier)),
        supervised=moves.get(BreakerMove.OVERFLOW.value, 0),
        closed=moves.get(BreakerMove.CLOSED.value, 0),
        ended=level.ended,
        answered=level.answered,
        expired=level.expired,
        escalated=level.escalated,
        median_s=level.median_s,
        p90_s=level.p90_s,
        outcomes=work.outcomes,
        failures=work.failures,
        spent_usd=work.cost_usd,
        spent_before_usd=work_between(fleet=fleet, **earlier).cost_usd,
        budget_usd=budgets_of(fleet=fleet),
        risen=tiers.risen if tiers else None,
        fallen=tiers.fallen if tiers else None,
        **findings_between(fleet=fleet, **span)._asdict(),
    )


def _froze(moves: Mapping[str, int]) -> int:
    return sum(moves.get(move.value, 0) for move in FREEZES)
