"""What every event about a ticket says: which one, and who caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

if TYPE_CHECKING:
    from escalations.models import Ticket


class TicketRef(TypedDict):
    """The fields that all ticket events share."""

    fleet_id: UUID
    actor: str
    ticket_id: UUID
    agent_id: UUID | None
    task_id: UUID | None
    number: int


def told_of(ticket: Ticket, *, actor: str) -> TicketRef:
    """Return the shared fields of an event about ``ticket`` that ``actor`` caused."""
    return TicketRef(
        fleet_id=ticket.fleet_id,
        actor=actor,
        ticket_id=ticket.pk,
        agent_id=ticket.agent_id,
        task_id=ticket.task_id,
        number=ticket.number,
    )
