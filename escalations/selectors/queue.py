"""Lists of tickets: what waits, most urgent first, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, DurationField, ExpressionWrapper, F, FloatField, Q, Value, When
from django.db.models.functions import Extract

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.selectors.tickets import tickets_shown, tickets_waiting
from governance.domain.types import BlastLevel

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from django.db.models.expressions import Combinable

    from escalations.models import Ticket

# How much sooner a level comes up: a CRITICAL ticket with 8 min left ranks beside a LOW one with
# 1 min. Own choice; doubling per level keeps any two levels apart by the same factor.
RISK_WEIGHT = {
    BlastLevel.LOW: 1.0,
    BlastLevel.MEDIUM: 2.0,
    BlastLevel.HIGH: 4.0,
    BlastLevel.CRITICAL: 8.0,
}
SHOWN_MOST = 200


def tickets_pending(
    *,
    fleet_ids: Collection[UUID],
    now: datetime,
    kind: TicketKind | None = None,
    most: int = SHOWN_MOST,
) -> list[Ticket]:
    """Return what waits in these fleets, by time left over the weight of its risk.

    Overdue tickets are left out, swept or not, and so is practice. Ties go by number, so that the
    order is the same for everybody.
    """
    waiting = tickets_waiting(now=now).filter(fleet_id__in=fleet_ids)
    if kind is not None:
        waiting = waiting.filter(kind=kind.value)
    waiting = waiting.annotate(urgency=_urgency(now))
    return list(waiting.order_by("urgency", "opened_at", "id")[:most])


def tickets_ended(
    *,
    fleet_ids: Collection[UUID],
    since: datetime | None = None,
    before: tuple[datetime, UUID] | None = None,
    most: int = SHOWN_MOST,
) -> list[Ticket]:
    """Return decided, expired and withdrawn tickets, the latest first.

    Args:
        since: only what ended at or after this time.
        before: end and id of the last ticket of the page before, for the next page.
    """
    ended = tickets_shown().filter(
        fleet_id__in=fleet_ids, practice=False, resolved_at__isnull=False
    )
    if since is not None:
        ended = ended.filter(resolved_at__gte=since)
    if before is not None:
        at, ticket_id = before
        ended = ended.filter(Q(resolved_at__lt=at) | Q(resolved_at=at, id__lt=ticket_id))
    return list(ended.order_by("-resolved_at", "-id")[:most])


def decided_last_at(*, fleet_ids: Collection[UUID]) -> datetime | None:
    """Return when a person last decided a ticket of these fleets."""
    decided = tickets_shown().filter(fleet_id__in=fleet_ids, state=TicketState.RESOLVED.value)
    return decided.order_by("-resolved_at").values_list("resolved_at", flat=True).first()


def tickets_filtered(
    *,
    fleet_id: UUID,
    now: datetime,
    state: TicketState | None = None,
    kind: TicketKind | None = None,
    before: int | None = None,
    most: int,
) -> list[Ticket]:
    """Return the fleet's tickets by number, the newest first, practice included.

    Args:
        state: as it stands now: overdue tickets count as expired, swept or not.
        before: only numbers below this one, for the next page.
    """
    tickets = tickets_shown().filter(fleet_id=fleet_id)
    overdue = Q(state=TicketState.PENDING.value, decide_by__lte=now)
    if state is TicketState.PENDING:
        tickets = tickets.filter(state=state.value, decide_by__gt=now)
    elif state is TicketState.EXPIRED:
        tickets = tickets.filter(Q(state=state.value) | overdue)
    elif state is not None:
        tickets = tickets.filter(state=state.value)
    if kind is not None:
        tickets = tickets.filter(kind=kind.value)
    if before is not None:
        tickets = tickets.filter(number__lt=before)
    return list(tickets.order_by("-number")[:most])


def _urgency(now: datetime) -> Combinable:
    """Return seconds left over the risk's weight: smaller is more urgent."""
    left = ExpressionWrapper(F("decide_by") - Value(now), output_field=DurationField())
    weight = Case(
        *(
            When(risk_level=level.value, then=Value(factor))
            for level, factor in RISK_WEIGHT.items()
        ),
        default=Value(1.0),
        output_field=FloatField(),
    )
    return ExpressionWrapper(Extract(left, "epoch") / weight, output_field=FloatField())
