"""What shadow let pass: tasks that would have been held, and agents that would have been frozen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Count, F, Max, Min, Q, Sum

from governance.domain.money import ZERO
from governance.domain.transitions import FREEZES, BreakerMove
from governance.domain.types import BlastLevel, Result, Verdict
from governance.models import BreakerTransition, Decision

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Fleet

_NOTED = (*FREEZES, BreakerMove.OVERFLOW, BreakerMove.WOULD_TRIP)

# Each task counts once for each code that alone would have held it.
_REASONS_SQL = """
SELECT held.code, count(*), count(outcome.id),
    count(*) FILTER (WHERE outcome.result = 'failure')
FROM (
    SELECT DISTINCT decision.task_id, reason ->> 'code' AS code
    FROM governance_decision decision, jsonb_array_elements(decision.reasons) reason
    WHERE decision.fleet_id = %(fleet)s AND decision.verdict <> decision.would_be
      AND decision.moment = 'submit'
      AND decision.created_at > %(since)s AND decision.created_at <= %(until)s
      AND reason ->> 'verdict' <> 'allow'
) held LEFT JOIN governance_outcome outcome ON outcome.task_id = held.task_id
GROUP BY held.code ORDER BY count(*) DESC, held.code
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetPass:
    """Tasks of one level that would have been held: how many, and how those ended that have.

    ``would_be`` is what the gate would have answered when they were asked for. Of ``outcomes``
    ``failures`` failed; ``cost_usd`` is what all of them cost.
    """

    would_be: Verdict
    level: BlastLevel
    tasks: int
    outcomes: int
    failures: int
    cost_usd: Decimal


class ReasonLetPass(NamedTuple):
    """How many tasks a reason alone would have held, and how those ended."""

    code: str
    tasks: int
    outcomes: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeNoted:
    """An agent that would have been frozen: how often, first and last, and why at first.

    ``by_rule`` of the times only a plain rule in shadow would have done it.
    """

    agent_id: UUID
    external_id: str
    times: int
    by_rule: int
    first_at: datetime
    last_at: datetime
    sentence: str


class FreezesNoted(NamedTuple):
    """The agents that would have been frozen most often, and how many there are in all.

    ``by_breaker`` of the agents would have been frozen by more than a plain rule in shadow.
    """

    listed: list[FreezeNoted]
    agents: int
    by_breaker: int


def tasks_let_pass(*, fleet: Fleet, since: datetime, until: datetime) -> list[LetPass]:
    """Return what was asked for in (since, until] and would have been held; one query.

    By verdict, the mildest first, and level; what none was held of is left out.
    """
    failed = Q(task__outcome__result=Result.FAILURE.value)
    rows = (
        _let_pass(fleet, since, until)
        .order_by()
        .values_list("would_be", "level")
        .annotate(
            tasks=Count("pk"),
            ended=Count("task__outcome"),
            failed=Count("task__outcome", filter=failed),
            cost=Sum("task__outcome__cost_usd"),
        )
    )
    found = [
        LetPass(
            would_be=Verdict(would_be),
            level=BlastLevel(level),
            tasks=tasks,
            outcomes=outcomes,
            failures=failures,
            cost_usd=cost or ZERO,
        )
        for would_be, level, tasks, outcomes, failures, cost in rows
    ]
    return sorted(found, key=lambda each: (each.would_be.rank, each.level.rank))


def reasons_let_pass(*, fleet: Fleet, since: datetime, until: datetime) -> list[ReasonLetPass]:
    """Return why tasks would have been held, the most frequent first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_REASONS_SQL, {"fleet": fleet.pk, "since": since, "until": until})
        return [ReasonLetPass(*row) for row in cursor.fetchall()]


def decisions_let_pass(
    *, fleet: Fleet, since: datetime, until: datetime, most: int | None = None
) -> QuerySet[Decision]:
    """Return the latest such decisions, the newest first, with task, agent and outcome."""
    found = _let_pass(fleet, since, until).select_related("task__outcome", "agent")
    return found.order_by("-created_at", "-pk")[:most]


def freezes_noted(*, fleet: Fleet, since: datetime, until: datetime, most: int) -> FreezesNoted:
    """Return who would have been frozen in (since, until]; three queries."""
    moves = BreakerTransition.objects.filter(
        agent__fleet=fleet,
        enforced=False,
        move__in=[move.value for move in _NOTED],
        created_at__gt=since,
        created_at__lte=until,
    )
    rule = Q(move=BreakerMove.WOULD_TRIP.value)
    totals: dict[str, Any] = moves.aggregate(
        agents=Count("agent", distinct=True),
        by_breaker=Count("agent", distinct=True, filter=~rule),
    )
    grouped = (
        moves.order_by()
        .values("agent_id", external_id=F("agent__external_id"))
        .annotate(
            times=Count("pk"),
            by_rule=Count("pk", filter=rule),
            first_at=Min("created_at"),
            last_at=Max("created_at"),
        )
        .order_by("-times", "external_id")[:most]
    )
    rows = list(grouped)
    first = moves.filter(agent__in=[row["agent_id"] for row in rows])
    firsts = first.order_by("agent_id", "fact").distinct("agent_id")
    said = dict(firsts.values_list("agent_id", "reason"))
    listed = [FreezeNoted(**row, sentence=said[row["agent_id"]]) for row in rows]
    return FreezesNoted(listed, totals["agents"], totals["by_breaker"])


def _let_pass(fleet: Fleet, since: datetime, until: datetime) -> QuerySet[Decision]:
    return Decision.objects.filter(
        ~Q(verdict=F("would_be")),
        fleet=fleet,
        moment="submit",
        created_at__gt=since,
        created_at__lte=until,
    )
