"""How late the courier is, asked by those who run without it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce, Greatest

from governance.domain.webhooks import DeliveryState
from governance.models import WebhookDelivery

if TYPE_CHECKING:
    from django.db.models import QuerySet

# One receiver may fail five times, each after 10 s, before it is let rest and nobody waits for it.
COURIER_LATE = timedelta(seconds=90)


class LateFleet(NamedTuple):
    """A fleet whose messages nobody sends: since when, and how many wait."""

    fleet_id: UUID
    since: datetime
    waiting: int


def courier_lag(*, now: datetime) -> timedelta:
    """Return for how long the message to a webhook that waits longest is overdue; zero for none.

    A receiver that rests, or is sent to at the moment, is waited for by nobody. What waits behind
    others is overdue since the last of them was taken.
    """
    found = _overdue(now).aggregate(oldest=Min("since"))["oldest"]
    return timedelta() if found is None else now - found


def fleets_unsent(*, now: datetime) -> list[LateFleet]:
    """Return the fleets whose messages are overdue by more than `COURIER_LATE`."""
    late = _overdue(now).filter(since__lt=now - COURIER_LATE)
    rows = late.values_list("endpoint__fleet").annotate(oldest=Min("since"), count=Count("pk"))
    return [LateFleet(*row) for row in rows.order_by("endpoint__fleet")]


def _overdue(now: datetime) -> QuerySet[Any]:
    rested = Q(endpoint__rests_until=None) | Q(endpoint__rests_until__lte=now)
    free = Q(endpoint__worked_until=None) | Q(endpoint__worked_until__lte=now)
    due = WebhookDelivery.objects.filter(
        rested,
        free,
        endpoint__ended_at=None,
        endpoint__fleet__archived_at=None,
        state=DeliveryState.PENDING.value,
        next_at__lte=now,
    )
    return due.annotate(
        since=Greatest(
            "next_at",
            Coalesce("endpoint__delivered_at", "next_at"),
            Coalesce("endpoint__rests_until", "next_at"),
        )
    )
