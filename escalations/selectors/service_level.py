"""How soon people answer what they are asked, and how often nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Max, Q
from django.db.models.fields import FloatField
from django.db.models.functions import Extract, Trunc

from escalations.domain.lifecycle import TicketState
from escalations.domain.queue import EXPIRES_SOON
from escalations.domain.voting import Choice
from escalations.models import Ticket, Vote
from escalations.selectors.tickets import tickets_waiting
from governance.domain.types import BlastLevel

if TYPE_CHECKING:
    from datetime import datetime, tzinfo
    from typing import Literal

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from governance.models import Fleet

_WORST_FIRST = tuple(reversed(BlastLevel))
_ANSWERED = Q(state=TicketState.RESOLVED.value)


class _Percentile(Aggregate):
    """PostgreSQL's continuous percentile: interpolated where it falls between two values."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """What became of the tickets that ended in a period, and how long people took.

    ``median_s`` and ``p90_s`` are seconds from opening to the last answer of the ``answered`` ones,
    None where there are none. ``escalated`` ones went past their first level, answered or not. What
    a rule approved, and practice, counts for nothing.
    """

    ended: int
    answered: int
    expired: int
    escalated: int
    median_s: float | None
    p90_s: float | None

    @property
    def withdrawn(self) -> int:
        """Return how many ended without anybody having to answer: withdrawn or replaced."""
        return self.ended - self.answered - self.expired


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNow:
    """How many tickets of a fleet wait for people, and how many of them are soon over."""

    waiting: int
    expiring: int


class WaitingAge(NamedTuple):
    """How many tickets of one risk wait, by how long ago they were opened, in `AGES_S` steps."""

    level: BlastLevel
    counts: tuple[int, ...]


class PersonLoad(NamedTuple):
    """What one person answered in a period; ``taken_back`` of it did not stay."""

    username: str
    answers: int
    approvals: int
    taken_back: int
    last_at: datetime


# Younger than each, in seconds; the last step is older than all of them.
AGES_S = (300, 900, 3600)


def service_level(*, fleet: Fleet, since: datetime, until: datetime) -> ServiceLevel:
    """Return what became of the fleet's tickets that ended in (since, until]; one query."""
    return ServiceLevel(**_ended(fleet, since, until).aggregate(**_figures()))


def service_levels(
    *,
    fleet: Fleet,
    since: datetime,
    until: datetime,
    width: Literal["hour", "day"],
    zone: tzinfo = UTC,
) -> dict[datetime, ServiceLevel]:
    """Return the same by the hour or day in which tickets ended; those without are left out.

    Days are those of ``zone``; hours begin with those of UTC, so that none is there twice where
    clocks are put back. One query.
    """
    zone = zone if width == "day" else UTC
    figures = _figures()
    ended = _ended(fleet, since, until).annotate(span=Trunc("resolved_at", width, tzinfo=zone))
    rows = ended.values("span").annotate(**figures).order_by("span")
    return {
        span: ServiceLevel(**dict(zip(figures, found, strict=True)))
        for span, *found in rows.values_list("span", *figures)
    }


def waiting_now(*, fleet: Fleet, now: datetime) -> WaitingNow:
    """Return what waits for people at this moment; one query."""
    waiting = tickets_waiting(now=now).filter(fleet=fleet).order_by()
    return WaitingNow(
        **waiting.aggregate(
            waiting=Count("pk"),
            expiring=Count("pk", filter=Q(decide_by__lte=now + EXPIRES_SOON)),
        )
    )


def waiting_ages(*, fleet: Fleet, now: datetime) -> list[WaitingAge]:
    """Return what waits for people by risk, the highest first, and age; one query."""
    opened = [now - timedelta(seconds=age_s) for age_s in AGES_S]
    steps = [
        Q(opened_at__gt=opened[0]),
        *(Q(opened_at__gt=b, opened_at__lte=a) for a, b in pairwise(opened)),
        Q(opened_at__lte=opened[-1]),
    ]
    waiting = tickets_waiting(now=now).filter(fleet=fleet).order_by()
    counts = {f"step_{at}": Count("pk", filter=step) for at, step in enumerate(steps)}
    rows = waiting.values("risk_level").annotate(**counts).values_list("risk_level", *counts)
    counted = {level: tuple(found) for level, *found in rows}
    nothing = (0,) * len(steps)
    return [WaitingAge(level, counted.get(level.value, nothing)) for level in _WORST_FIRST]


def loads_of_people(*, fleet: Fleet, since: datetime, until: datetime) -> list[PersonLoad]:
    """Return who answered tickets of the fleet in (since, until], by user name; one query.

    One answer about several held tasks counts once a ticket.
    """
    votes = Vote.objects.filter(
        ticket__fleet=fleet, ticket__practice=False, created_at__gt=since, created_at__lte=until
    )
    rows = (
        votes.order_by("user__username")
        .values_list("user__username")
        .annotate(
            answers=Count("ticket", distinct=True),
            approvals=Count("ticket", distinct=True, filter=Q(choice=Choice.APPROVE.value)),
            taken_back=Count("ticket", distinct=True, filter=Q(withdrawn_at__isnull=False)),
            last_at=Max("created_at"),
        )
    )
    return [PersonLoad(*row) for row in rows]


def _ended(fleet: Fleet, since: datetime, until: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(
        fleet=fleet,
        practice=False,
        preapproval=None,
        resolved_at__gt=since,
        resolved_at__lte=until,
    ).order_by()


def _figures() -> dict[str, Aggregate]:
    took = _seconds(F("resolved_at") - F("opened_at"))
    return {
        "ended": Count("pk"),
        "answered": Count("pk", filter=_ANSWERED),
        "expired": Count("pk", filter=Q(state=TicketState.EXPIRED.value)),
        "escalated": Count("pk", filter=Q(escalation_level__gt=1)),
        "median_s": _Percentile(took, share=0.5, filter=_ANSWERED),
        "p90_s": _Percentile(took, share=0.9, filter=_ANSWERED),
    }


def _seconds(span: Combinable) -> Extract:
    return Extract(ExpressionWrapper(span, output_field=DurationField()), "epoch")
