"""All tickets of a fleet by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.selectors.tickets import tickets_shown

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from escalations.models import Ticket


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
