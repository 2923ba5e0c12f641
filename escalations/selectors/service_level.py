"""How soon people answer what they are asked, and how often nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.fields import FloatField
from django.db.models.functions import Extract

from escalations.domain.lifecycle import TicketState
from escalations.domain.queue import EXPIRES_SOON
from escalations.models import Ticket
from escalations.selectors.tickets import tickets_waiting

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Fleet


class _Percentile(Aggregate):
    """PostgreSQL's continuous percentile: interpolated where it falls between two values."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """What became of the tickets that ended in a period, and how long people took.

    ``median_s`` and ``p90_s`` are seconds from opening to the last answer of the ``answered`` ones,
    None where there are none. What a rule approved, and practice, counts for nothing.
    """

    ended: int
    answered: int
    expired: int
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingNow:
    """How many tickets of a fleet wait for people, and how many of them are soon over."""

    waiting: int
    expiring: int


def service_level(*, fleet: Fleet, since: datetime, now: datetime) -> ServiceLevel:
    """Return what became of the fleet's tickets that ended after ``since``; one query."""
    answered = Q(state=TicketState.RESOLVED.value)
    took = Extract(
        ExpressionWrapper(F("resolved_at") - F("opened_at"), output_field=DurationField()), "epoch"
    )
    ended = Ticket.objects.filter(
        fleet=fleet,
        practice=False,
        preapproval=None,
        resolved_at__gt=since,
        resolved_at__lte=now,
    )
    return ServiceLevel(
        **ended.aggregate(
            ended=Count("pk"),
            answered=Count("pk", filter=answered),
            expired=Count("pk", filter=Q(state=TicketState.EXPIRED.value)),
            median_s=_Percentile(took, share=0.5, filter=answered),
            p90_s=_Percentile(took, share=0.9, filter=answered),
        )
    )


def waiting_now(*, fleet: Fleet, now: datetime) -> WaitingNow:
    """Return what waits for people at this moment; one query."""
    waiting = tickets_waiting(now=now).filter(fleet=fleet).order_by()
    return WaitingNow(
        **waiting.aggregate(
            waiting=Count("pk"),
            expiring=Count("pk", filter=Q(decide_by__lte=now + EXPIRES_SOON)),
        )
    )
