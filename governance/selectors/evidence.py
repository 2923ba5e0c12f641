"""What a fleet's own record says of the methods it is governed by: outcomes, freezes, findings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Aggregate, Count, Q, Sum

from governance.domain.audits import AuditState, AuditVerdict
from governance.domain.collusion.states import RingState
from governance.domain.outcome_fact import failure_of
from governance.domain.rollup import BucketSize
from governance.domain.transitions import FREEZES, BreakerMove
from governance.domain.types import Result
from governance.models import (
    AgentBucket,
    Audit,
    BreakerTransition,
    CollusionRing,
    DriftAlarm,
    FleetBucket,
    Outcome,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from governance.models import Fleet

# So many outcomes are read at most, the newest of a period: a page must not read millions.
OUTCOMES_MOST = 100_000
# Upper ends of the groups that expected failure rates are told apart by; the last has none.
EXPECTED_STEPS = (0.02, 0.05, 0.10, 0.20, 0.50)
# What frozen agents failed is compared over as many whole days before and after the freeze.
AROUND = timedelta(days=7)
FROZEN_MOST = 200
_DAY = timedelta(days=1)
_JUDGED = [result.value for result in Result if failure_of(result) is not None]


class Expected(NamedTuple):
    """Outcomes of one group of expected failure rates: what was expected and what was seen.

    ``step`` is the group's place in `EXPECTED_STEPS`. A partial failure counts a half.
    """

    step: int
    outcomes: int
    expected: float
    seen: float


class Freezes(NamedTuple):
    """What breakers did in a period: freezes by detectors and by hand, and their early ends.

    ``noted`` were not enforced, in shadow or bypassed. ``agent_days`` sums agents over days.
    """

    by_detector: int
    noted: int
    released: int
    agent_days: float


class Around(NamedTuple):
    """What ``agents`` that were frozen failed on whole days before their first freeze and after."""

    agents: int
    before_outcomes: int
    before_failures: int
    after_outcomes: int
    after_failures: int


class Drifts(NamedTuple):
    """Alarms of drift that were raised in a period, by what became of them since."""

    raised: int
    held: int
    rebaselined: int
    kept_normal: int
    open: int


class Rings(NamedTuple):
    """Rings first found in a period, by where they stand now."""

    found: int
    confirmed: int
    dismissed: int
    suspected: int


class Audited(NamedTuple):
    """Audits drawn by chance in a period; ``overturned`` ones say otherwise than was reported."""

    drawn: int
    skipped: int
    judged: int
    overturned: int
    unclear: int


def expected_seen(*, fleet: Fleet, since: datetime, until: datetime) -> list[Expected]:
    """Return what was expected and seen of the newest `OUTCOMES_MOST` outcomes that finished in
    (since, until], by group of expected rates; groups without any are left out. One query.

    Outcomes that say nothing of the agent, cancelled ones and the like, are not counted.
    """
    newest = Outcome.objects.filter(
        fleet=fleet, finished_at__gt=since, finished_at__lte=until, result__in=_JUDGED
    ).order_by("-finished_at")[:OUTCOMES_MOST]
    # One pass over what was cut off: joined to the table again, all of it would be read.
    sums: dict[str, Any] = newest.aggregate(
        **{
            f"{name}_{step}": aggregate
            for step in range(len(EXPECTED_STEPS) + 1)
            for name, aggregate in _step_sums(step).items()
        }
    )
    return [
        Expected(
            step,
            sums[f"outcomes_{step}"],
            sums[f"total_{step}"],
            sums[f"failures_{step}"] + sums[f"partials_{step}"] / 2,
        )
        for step in range(len(EXPECTED_STEPS) + 1)
        if sums[f"outcomes_{step}"]
    ]


def _step_sums(step: int) -> dict[str, Aggregate]:
    within = Q()
    if step:
        within &= Q(expected__gte=EXPECTED_STEPS[step - 1])
    if step < len(EXPECTED_STEPS):
        within &= Q(expected__lt=EXPECTED_STEPS[step])
    return {
        "outcomes": Count("pk", filter=within),
        "total": Sum("expected", filter=within),
        "failures": Count("pk", filter=within & Q(result=Result.FAILURE.value)),
        "partials": Count("pk", filter=within & Q(result=Result.PARTIAL.value)),
    }


def freezes_between(*, fleet: Fleet, since: datetime, until: datetime, size: BucketSize) -> Freezes:
    """Return what breakers did in (since, until]; two queries.

    ``size`` is that of the buckets which agent-days are summed over.
    """
    moves = BreakerTransition.objects.filter(
        agent__fleet=fleet, created_at__gt=since, created_at__lte=until
    )
    froze = Q(move__in=[move.value for move in FREEZES])
    early = [BreakerMove.RELEASED_EARLY.value, BreakerMove.RELEASED.value]
    counted: dict[str, Any] = moves.aggregate(
        by_detector=Count("pk", filter=froze & Q(enforced=True)),
        noted=Count("pk", filter=froze & Q(enforced=False)),
        released=Count("pk", filter=Q(move__in=early)),
    )
    looked = FleetBucket.objects.filter(
        fleet=fleet, size=size.value, starts_at__gte=size.start(since), starts_at__lt=until
    )
    agents = looked.aggregate(agents=Sum("agents"))["agents"] or 0
    return Freezes(**counted, agent_days=agents * (size.length / _DAY))


def failures_around(*, fleet: Fleet, since: datetime, until: datetime) -> Around:
    """Return what agents that detectors froze in (since, until] failed before and after.

    Of each of at most `FROZEN_MOST` agents, the latest frozen, its first freeze of the period
    counts; its day is left out, since it holds both. Two queries.
    """
    froze = BreakerTransition.objects.filter(
        agent__fleet=fleet,
        enforced=True,
        move__in=[move.value for move in FREEZES],
        created_at__gt=since,
        created_at__lte=until,
    )
    first: dict[UUID, datetime] = {}
    for agent, at in froze.order_by("-created_at").values_list("agent_id", "created_at")[:2000]:
        if agent in first or len(first) < FROZEN_MOST:
            first[agent] = at
    if not first:
        return Around(0, 0, 0, 0, 0)
    buckets = AgentBucket.objects.filter(
        agent__in=first,
        size=BucketSize.DAY.value,
        starts_at__gte=BucketSize.DAY.start(min(first.values())) - AROUND,
        starts_at__lte=max(first.values()) + AROUND,
    )
    sums = [0, 0, 0, 0]
    for agent, day, outcomes, failures in buckets.values_list(
        "agent_id", "starts_at", "outcomes", "failures"
    ):
        frozen_on = BucketSize.DAY.start(first[agent])
        if frozen_on - AROUND <= day < frozen_on:
            sums[0] += outcomes
            sums[1] += failures
        elif frozen_on < day <= frozen_on + AROUND:
            sums[2] += outcomes
            sums[3] += failures
    return Around(len(first), *sums)


def drifts_between(*, fleet: Fleet, since: datetime, until: datetime) -> Drifts:
    """Return the alarms of drift raised in (since, until], by what became of them; one query."""
    alarms = DriftAlarm.objects.filter(
        agent__fleet=fleet, raised_at__gt=since, raised_at__lte=until
    )
    own, answered = Q(held=False), Q(acknowledged_at__isnull=False)
    counted: dict[str, int] = alarms.aggregate(
        n_raised=Count("pk", filter=own),
        n_held=Count("pk", filter=~own),
        n_rebaselined=Count("pk", filter=own & answered & Q(rebaselined=True)),
        n_kept_normal=Count("pk", filter=own & answered & Q(rebaselined=False)),
        n_open=Count("pk", filter=own & ~answered),
    )
    return Drifts(**{name: counted[f"n_{name}"] for name in Drifts._fields})


def rings_between(*, fleet: Fleet, since: datetime, until: datetime) -> Rings:
    """Return the rings first found in (since, until], by where they stand; one query."""
    rings = CollusionRing.objects.filter(
        fleet=fleet, opened_at__gt=since, opened_at__lte=until, merged_into=None, enforced=True
    )
    counted: Mapping[str, int] = dict(rings.order_by().values_list("state").annotate(n=Count("pk")))
    return Rings(
        found=sum(counted.values()),
        confirmed=counted.get(RingState.CONFIRMED.value, 0),
        dismissed=counted.get(RingState.DISMISSED.value, 0),
        suspected=counted.get(RingState.SUSPECTED.value, 0),
    )


def audits_between(*, fleet: Fleet, since: datetime, until: datetime) -> Audited:
    """Return the audits that chance drew in (since, until], and what people said; one query."""
    drawn = Audit.objects.filter(
        fleet=fleet, drawn_at__gt=since, drawn_at__lte=until, asked__isnull=True
    )
    passed, failed = Q(verdict=AuditVerdict.PASSED.value), Q(verdict=AuditVerdict.FAILED.value)
    counted: dict[str, Any] = drawn.aggregate(
        drawn=Count("pk"),
        skipped=Count("pk", filter=Q(state=AuditState.SKIPPED.value)),
        judged=Count("pk", filter=passed | failed),
        overturned=Count(
            "pk",
            filter=(passed & ~Q(outcome__result=Result.SUCCESS.value))
            | (failed & ~Q(outcome__result=Result.FAILURE.value)),
        ),
        unclear=Count("pk", filter=Q(verdict=AuditVerdict.UNCLEAR.value)),
    )
    return Audited(**counted)
