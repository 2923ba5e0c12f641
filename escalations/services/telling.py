"""What every event about a ticket or a rule says: which one, and who caused it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

if TYPE_CHECKING:
    from escalations.models import PreApproval, Ticket


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


class RuleRef(TypedDict):
    """The fields that all events about a pre-approval rule share."""

    fleet_id: UUID
    actor: str
    preapproval_id: UUID
    agent_id: UUID
    number: int


def told_of_rule(row: PreApproval, *, actor: str) -> RuleRef:
    """Return the shared fields of an event about a rule that ``actor`` caused."""
    return RuleRef(
        fleet_id=row.fleet_id,
        actor=actor,
        preapproval_id=row.pk,
        agent_id=row.agent_id,
        number=row.number,
    )
