"""What is read off the roll-ups: buckets of an agent and of a fleet, sums of cells and agents."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Q, Sum

from governance.domain.money import ZERO
from governance.domain.rollup import BucketSize
from governance.domain.types import TaskType, Tier
from governance.models import AgentBucket, CellHour, FleetBucket, Outcome, RollupMark

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent, Fleet


class CellSums(NamedTuple):
    """What a cell of the matrix saw in some hours, as `CellHour` counts it; cost in dollars."""

    task_type: TaskType
    tier: Tier
    asked: int
    allowed: int
    escalated: int
    denied: int
    approved: int
    refused: int
    expired: int
    overruled: int
    outcomes: int
    failures: int
    cost_usd: Decimal


class AgentSums(NamedTuple):
    """What an agent's outcomes in some buckets came to, as `AgentBucket` counts it; in dollars."""

    agent_id: UUID
    outcomes: int
    successes: int
    partials: int
    failures: int
    neutrals: int
    over_budget: int
    cost_usd: Decimal
    value_usd: Decimal


_CELL = CellSums._fields[2:]
_AGENT = AgentSums._fields[1:]


def agent_buckets(
    *, agent: Agent, size: BucketSize, since: datetime, until: datetime
) -> list[AgentBucket]:
    """Return the agent's buckets that begin from the one that holds ``since`` up to, but without,
    ``until``, oldest first; one in which nothing finished does not exist.
    """
    begun = _begun(size, since, until)
    return list(AgentBucket.objects.filter(begun, agent=agent).order_by("starts_at"))


def fleet_buckets(
    *, fleet: Fleet, size: BucketSize, since: datetime, until: datetime
) -> list[FleetBucket]:
    """Return the fleet's buckets likewise; one in which nobody looked does not exist."""
    begun = _begun(size, since, until)
    return list(FleetBucket.objects.filter(begun, fleet=fleet).order_by("starts_at"))


def fleet_kept_since(*, fleet: Fleet, size: BucketSize) -> datetime | None:
    """Return when the fleet's first bucket of this size that is still kept begins, None if none."""
    kept = FleetBucket.objects.filter(fleet=fleet, size=size.value).order_by("starts_at")
    return kept.values_list("starts_at", flat=True).first()


def cells_between(*, fleet: Fleet, since: datetime, until: datetime) -> list[CellSums]:
    """Return the nine cells, by task type and tier, mildest first, over the whole hours that begin
    from the one that holds ``since`` up to, but without, ``until``.
    """
    hours = CellHour.objects.filter(
        fleet=fleet, starts_at__gte=BucketSize.HOUR.start(since), starts_at__lt=until
    )
    sums = hours.values_list("task_type", "tier").annotate(*map(Sum, _CELL))
    found = {(kind, tier): summed for kind, tier, *summed in sums}
    nothing = [0] * (len(_CELL) - 1) + [ZERO]
    return [
        CellSums(kind, tier, *found.get((kind.value, tier.value), nothing))
        for kind in TaskType
        for tier in Tier
    ]


def agents_between(
    *, fleet: Fleet, size: BucketSize, since: datetime, until: datetime
) -> list[AgentSums]:
    """Return the sums over the buckets of `agent_buckets`, by agent id, of each agent with one."""
    buckets = AgentBucket.objects.filter(_begun(size, since, until), fleet=fleet)
    sums = buckets.values_list("agent_id").annotate(*map(Sum, _AGENT)).order_by("agent_id")
    return [AgentSums(*row) for row in sums]


def rolled_up_until(*, fleet: Fleet) -> datetime | None:
    """Return the moment up to which everything reported is rolled up, None before the first time.

    Between two roll-ups it is when the last one looked; where that one did not come to the end,
    when the first outcome that waits was received.
    """
    taken = FleetBucket.objects.filter(fleet=fleet, size=BucketSize.FIVE_MINUTES.value)
    looked_at = taken.order_by("-starts_at").values_list("taken_at", flat=True).first()
    if looked_at is None:
        return None
    received_at = waiting_since(fleet_id=fleet.pk)
    return looked_at if received_at is None else min(looked_at, received_at)


def waiting_since(*, fleet_id: UUID) -> datetime | None:
    """Return when the first outcome that is not rolled up was received, None where none waits."""
    mark = RollupMark.objects.filter(fleet=fleet_id).first() or RollupMark(fleet_id=fleet_id)
    waiting = Outcome.objects.filter(outcomes_waiting(mark=mark)).order_by("transaction", "id")
    return waiting.values_list("received_at", flat=True).first()


def outcomes_waiting(*, mark: RollupMark) -> Q:
    """Return which outcomes lie behind a fleet's mark, within its transaction by id."""
    if mark.outcome_id is None:
        return Q(fleet=mark.fleet_id)
    behind = Q(transaction__gt=mark.outcome_transaction) | Q(id__gt=mark.outcome_id)
    return Q(fleet=mark.fleet_id, transaction__gte=mark.outcome_transaction) & behind


def _begun(size: BucketSize, since: datetime, until: datetime) -> Q:
    return Q(size=size.value, starts_at__gte=size.start(since), starts_at__lt=until)
