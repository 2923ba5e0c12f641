"""The ticket that asks about an incident: of a cascade, a ring, or the whole fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind
from escalations.selectors.tickets import tickets_shown, tickets_waiting
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from escalations.models import Ticket
    from governance.models import Cascade, Fleet


def ticket_of_cascade(*, cascade_id: UUID) -> Ticket | None:
    """Return the latest ticket about a cascade, None where nobody was asked in earnest."""
    return _asked(cascade_id).order_by("-number").first()


def ticket_of_incident(*, incident_id: UUID) -> Ticket | None:
    """Return the ticket about an incident of the fleet, None where nobody was asked in earnest."""
    asked = tickets_shown().filter(
        kind=TicketKind.INCIDENT.value, subject=incident_id, practice=False
    )
    return asked.order_by("-number").first()


def ring_ticket_last(*, ring_id: UUID) -> Ticket | None:
    """Return the latest ticket about a ring, None where nobody was asked."""
    return ring_tickets(ring_id=ring_id).last()


def ring_tickets(*, ring_id: UUID) -> QuerySet[Ticket]:
    """Return the tickets about a ring, oldest first."""
    asked = tickets_shown().filter(kind=TicketKind.COLLUSION.value, subject=ring_id)
    return asked.order_by("number")


def cascade_ticket_get(*, cascade: Cascade, number: int | None) -> Ticket:
    """Return the ticket with this number, which asks about the cascade.

    Raises:
        InvalidFieldError: if there is none.
    """
    ticket = None if number is None else _asked(cascade.pk).filter(number=number).first()
    if ticket is None:
        raise InvalidFieldError(
            "Name the ticket that asks about this cascade.",
            field="ticket",
            value=str(number or ""),
            allowed="the number of a ticket about this cascade",
        )
    return ticket


def _asked(cascade_id: UUID) -> QuerySet[Ticket]:
    return tickets_shown().filter(kind=TicketKind.CASCADE.value, subject=cascade_id, practice=False)


def attempts_waiting(*, fleet: Fleet, now: datetime) -> int:
    """Return how many incidents of one denied task wait for people; no practice."""
    waiting = tickets_waiting(now=now).filter(
        fleet=fleet, kind=TicketKind.INCIDENT.value, task__isnull=False
    )
    return waiting.count()
