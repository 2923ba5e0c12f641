"""How trust and results of a whole fleet went, beside what stands bucket by bucket."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import F, OuterRef, Subquery, Sum

from governance.models import Agent, AgentBucket, TrustDay

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from governance.domain.rollup import BucketSize
    from governance.models import Fleet


class ResultSums(NamedTuple):
    """The outcomes of all agents of a fleet that finished in one bucket."""

    starts_at: datetime
    successes: int
    partials: int
    failures: int
    neutrals: int

    @property
    def outcomes(self) -> int:
        """Return how many there were."""
        return self.successes + self.partials + self.failures + self.neutrals


class TrustMove(NamedTuple):
    """How an agent's trust moved: from what was kept on the day ``since`` on.

    ``agent`` comes with its standing; ``after`` is the score after its latest outcome where the
    period goes on, else what was kept last within it.
    """

    agent: Agent
    since: date
    before: float
    after: float


def results_by_bucket(
    *, fleet: Fleet, size: BucketSize, since: datetime, until: datetime
) -> list[ResultSums]:
    """Return what the fleet's outcomes came to, oldest first; buckets without one are left out."""
    buckets = AgentBucket.objects.filter(
        fleet=fleet, size=size.value, starts_at__gte=size.start(since), starts_at__lt=until
    )
    summed = (
        buckets.order_by("starts_at")
        .values_list("starts_at")
        .annotate(*(Sum(name) for name in ResultSums._fields[1:]))
    )
    return [ResultSums(*row) for row in summed]


def trust_moves(
    *, fleet: Fleet, since: datetime, until: datetime | None, most: int | None
) -> list[TrustMove]:
    """Return the agents whose trust moved most in a period, most first; two queries.

    Those without a score at both ends are left out. Those that fell most are there however many
    rose by more.

    Args:
        fleet: whose agents.
        since: the first score that was kept from then on is what trust is compared with.
        until: up to when; None for now.
        most: how many agents that moved, and that fell, >= 0; None for all.
    """
    kept = TrustDay.objects.filter(
        agent=OuterRef("pk"), day__gte=_day(since), created_at__gte=since
    )
    if until is not None:
        kept = kept.filter(day__lte=_day(until), created_at__lte=until)
    last = F("standing__trust") if until is None else _first(kept.order_by("-day"), "trust")
    ends = Agent.objects.filter(fleet=fleet).values_list(
        "pk",
        "name",
        _first(kept.order_by("day"), "day"),
        _first(kept.order_by("day"), "trust"),
        last,
    )
    moved = [_Ends(*each) for each in ends if None not in each[3:]]
    moved.sort(key=lambda each: (-abs(each.change), each.name, each.agent_id))
    falling = sorted(moved, key=lambda each: each.change)
    listed = dict.fromkeys((*moved[:most], *falling[:most]))
    agents = Agent.objects.select_related("standing").in_bulk([each.agent_id for each in listed])
    return [
        TrustMove(agents[each.agent_id], each.since, each.before, each.after) for each in listed
    ]


class _Ends(NamedTuple):
    """The scores of an agent at both ends of a period."""

    agent_id: UUID
    name: str
    since: date
    before: float
    after: float

    @property
    def change(self) -> float:
        return self.after - self.before


def _first(rows: QuerySet[TrustDay], field: str) -> Subquery:
    return Subquery(rows.values(field)[:1])


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
