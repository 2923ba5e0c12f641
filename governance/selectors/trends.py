"""How trust and results of a whole fleet went, beside what stands bucket by bucket."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery, Sum, Window

from governance.domain.rollup import BucketSize
from governance.domain.types import ENDED_BY_PEOPLE, BreakerState
from governance.models import Agent, AgentBucket, TrustDay

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.db.models import QuerySet

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
    period goes on, else what was kept last within it. ``first_at`` is when the five minutes began
    after which there was a score at all, where none had been kept in a night yet; else None.
    """

    agent: Agent
    since: date
    before: float
    after: float
    first_at: datetime | None = None


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
    *,
    fleet: Fleet,
    since: datetime,
    until: datetime | None,
    most: int | None,
    outcomes_shown: int,
) -> list[TrustMove]:
    """Return the agents whose trust moved most in a period, most first; at most three queries.

    Those without a score at both ends are left out. Those that fell most are there however many
    rose by more. Of a period that goes on an agent of which no night kept a score begins with its
    first one.

    Args:
        fleet: whose agents.
        since: the first score that was kept from then on is what trust is compared with.
        until: up to when; None for now.
        most: how many agents that moved, and that fell, >= 0; None for all.
        outcomes_shown: of so many outcomes on a score is shown, >= 1.
    """
    kept = TrustDay.objects.filter(
        agent=OuterRef("pk"), day__gte=_day(since), created_at__gte=since, trust__isnull=False
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
    found = [each for each in ends if each[-1] is not None]
    new = [each[0] for each in found if each[3] is None and until is None]
    firsts = _first_scores(new, since=since, outcomes_shown=outcomes_shown)
    moved = []
    for agent_id, name, day, before, after in found:
        if before is not None:
            moved.append(_Ends(agent_id, name, day, before, after))
        elif agent_id in firsts:
            at, first = firsts[agent_id]
            moved.append(_Ends(agent_id, name, _day(at), first, after, at))
    moved.sort(key=lambda each: (-abs(each.change), each.name, each.agent_id))
    falling = sorted(moved, key=lambda each: each.change)
    listed = dict.fromkeys((*moved[:most], *falling[:most]))
    agents = Agent.objects.select_related("standing").in_bulk([each.agent_id for each in listed])
    return [
        TrustMove(agents[each.agent_id], each.since, each.before, each.after, each.first_at)
        for each in listed
    ]


def agents_frozen(*, fleet: Fleet, most: int) -> list[Agent]:
    """Return the agents that are frozen now, by name, at most ``most``, with their standing."""
    held = Q(standing__hold__in=sorted(hold.value for hold in ENDED_BY_PEOPLE))
    frozen = Agent.objects.filter(
        Q(standing__breaker_state=BreakerState.OPEN.value) | held, fleet=fleet
    )
    return list(frozen.select_related("standing").order_by("name", "external_id")[:most])


class _Ends(NamedTuple):
    """The scores of an agent at both ends of a period."""

    agent_id: UUID
    name: str
    since: date
    before: float
    after: float
    first_at: datetime | None = None

    @property
    def change(self) -> float:
        return self.after - self.before


def _first_scores(
    agents: Collection[UUID], *, since: datetime, outcomes_shown: int
) -> dict[UUID, tuple[datetime, float]]:
    """Return of each agent the first five minutes of a period after which it had a score, with it.

    Outcomes before the period do not count: who had some is only found a little later.
    """
    own = F("outcomes") - F("neutrals")
    up_to = Window(Sum(own), partition_by="agent_id", order_by="starts_at")
    buckets = AgentBucket.objects.filter(
        agent__in=agents, size=BucketSize.FIVE_MINUTES.value, starts_at__gte=since
    )
    # One bucket of each agent: that within which it had enough.
    enough = buckets.annotate(judged=up_to, judged_before=up_to - own).filter(
        judged__gte=outcomes_shown, judged_before__lt=outcomes_shown, trust__isnull=False
    )
    rows = enough.values_list("agent_id", "starts_at", "trust")
    return {agent_id: (at, trust) for agent_id, at, trust in rows if trust is not None}


def _first(rows: QuerySet[TrustDay], field: str) -> Subquery:
    return Subquery(rows.values(field)[:1])


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
