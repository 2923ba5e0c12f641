"""What a fleet went through in a span of time, for the report of a week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, Sum

from governance.domain.collusion.states import RingState
from governance.domain.money import ZERO
from governance.domain.rollup import BucketSize
from governance.domain.types import Tier
from governance.models import (
    Agent,
    BreakerTransition,
    Cascade,
    CollusionRing,
    DriftAlarm,
    FleetIncident,
    TrustDay,
)
from governance.selectors.rollups import agents_between

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from governance.models import Fleet

_RANK = {Tier.LOW: 0, Tier.MEDIUM: 1, Tier.HIGH: 2}


class FindingsCounted(NamedTuple):
    """How much detectors found in earnest, and what people made of rings, in a span of time."""

    drifts: int
    cascades: int
    incidents: int
    rings: int
    confirmed: int
    dismissed: int


class WorkSummed(NamedTuple):
    """Outcomes that finished in a span of whole days, and what they cost, in dollars."""

    outcomes: int
    failures: int
    cost_usd: Decimal


class TiersMoved(NamedTuple):
    """How many agents stood in a higher and in a lower tier on a later day than on an earlier."""

    risen: int
    fallen: int


def moves_between(*, fleet: Fleet, since: datetime, until: datetime) -> Mapping[str, int]:
    """Return how often breakers of the fleet made each move in earnest, in (since, until]."""
    moves = BreakerTransition.objects.filter(
        agent__fleet=fleet, enforced=True, created_at__gt=since, created_at__lte=until
    )
    return dict(moves.order_by().values_list("move").annotate(Count("pk")))


def findings_between(*, fleet: Fleet, since: datetime, until: datetime) -> FindingsCounted:
    """Return what detectors found in (since, until]; four queries."""

    def within(field: str) -> Q:
        return Q(**{f"{field}__gt": since, f"{field}__lte": until})

    drifts = DriftAlarm.objects.filter(within("raised_at"), agent__fleet=fleet, held=False)
    rings = CollusionRing.objects.filter(fleet=fleet, enforced=True, merged_into=None)
    settled = {
        state: Count("pk", filter=within("settled_at") & Q(state=state.value))
        for state in (RingState.CONFIRMED, RingState.DISMISSED)
    }
    counted = rings.aggregate(
        rings=Count("pk", filter=within("opened_at")),
        confirmed=settled[RingState.CONFIRMED],
        dismissed=settled[RingState.DISMISSED],
    )
    return FindingsCounted(
        drifts=drifts.count(),
        cascades=Cascade.objects.filter(within("opened_at"), fleet=fleet, enforced=True).count(),
        incidents=FleetIncident.objects.filter(within("raised_at"), fleet=fleet).count(),
        **counted,
    )


def work_between(*, fleet: Fleet, since: datetime, until: datetime) -> WorkSummed:
    """Return the work that finished in the days from ``since`` up to, but without, ``until``."""
    sums = agents_between(fleet=fleet, size=BucketSize.DAY, since=since, until=until)
    return WorkSummed(
        outcomes=sum(each.outcomes for each in sums),
        failures=sum(each.failures for each in sums),
        cost_usd=sum((each.cost_usd for each in sums), ZERO),
    )


def budgets_of(*, fleet: Fleet) -> Decimal:
    """Return the budgets of a month of all agents of the fleet together, in dollars."""
    budget: Decimal | None = Agent.objects.filter(fleet=fleet).aggregate(Sum("budget_usd"))[
        "budget_usd__sum"
    ]
    return budget or ZERO


def tiers_between(*, fleet: Fleet, first: date, last: date) -> TiersMoved | None:
    """Return how tiers moved between two days that are both kept; None where one has none.

    Agents that were not there on both days are left out.
    """
    kept = TrustDay.objects.filter(agent__fleet=fleet, day__in=(first, last))
    tiers: dict[date, dict[object, int]] = {first: {}, last: {}}
    for day, agent_id, tier in kept.values_list("day", "agent_id", "tier"):
        tiers[day][agent_id] = _RANK[Tier(tier)]
    before, after = tiers[first], tiers[last]
    if not before or not after:
        return None
    steps = [after[agent_id] - before[agent_id] for agent_id in before.keys() & after.keys()]
    return TiersMoved(sum(step > 0 for step in steps), sum(step < 0 for step in steps))
