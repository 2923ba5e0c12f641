"""Which ticket took the place of which: an agent asked again with other arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet


def ticket_after(ticket: Ticket) -> Ticket | None:
    """Return the ticket that took the place of a superseded one.

    None where it was not superseded, or where nobody had to be asked about the new task.
    """
    if ticket.state != TicketState.SUPERSEDED.value:
        return None
    return _asked().filter(task__supersedes=ticket.task_id).first()


def tickets_after(tickets: Iterable[Ticket]) -> dict[UUID, Ticket]:
    """Return which ticket took the place of which superseded one, by the former's id."""
    former = {
        ticket.task_id: ticket.pk
        for ticket in tickets
        if ticket.state == TicketState.SUPERSEDED.value and ticket.task_id is not None
    }
    if not former:
        return {}
    found = _asked().select_related("task").filter(task__supersedes__in=former)
    return {
        former[after.task.supersedes_id]: after
        for after in found
        if after.task is not None and after.task.supersedes_id is not None
    }


def ticket_before(ticket: Ticket) -> Ticket | None:
    """Return the ticket whose place this one took, if it took one's."""
    if ticket.task is None or ticket.task.supersedes_id is None:
        return None
    return _asked().select_related("task").filter(task_id=ticket.task.supersedes_id).first()


def _asked() -> QuerySet[Ticket]:
    return Ticket.objects.select_related("fleet").filter(kind=TicketKind.TASK.value)
