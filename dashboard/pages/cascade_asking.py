"""The ticket behind an incident page: what the person who looks may answer, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.display.durations import day_time
from dashboard.pages.standing import viewer_in, why_not_now
from escalations.domain.lifecycle import TicketState
from escalations.domain.voting import Choice
from escalations.selectors.incident_tickets import ticket_of_cascade
from escalations.selectors.tickets import status_of

if TYPE_CHECKING:
    from dashboard.pages.controls import Seat
    from escalations.models import Ticket
    from governance.models import Cascade

_RECORDED = "Only recorded: nothing was held, so nobody is asked."
_AGAIN = "The auditor asks again within a minute; until then nothing can be settled."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The latest ticket about an incident; ``why_not`` is empty where the person may answer."""

    ticket: Ticket | None
    why_not: str

    @property
    def is_open(self) -> bool:
        """Return whether the person may answer it now."""
        return self.ticket is not None and not self.why_not


def asking_of(cascade: Cascade, seat: Seat) -> Asking:
    """Return who is asked about the incident, and why not the person who looks."""
    ticket = ticket_of_cascade(cascade_id=cascade.pk)
    return Asking(ticket=ticket, why_not=_why_not(cascade, ticket, seat))


def _why_not(cascade: Cascade, ticket: Ticket | None, seat: Seat) -> str:
    if cascade.resolved_at is not None:
        return "The incident is over."
    if ticket is None:
        return f"No ticket waits. {_AGAIN}" if cascade.enforced else _RECORDED
    state = status_of(ticket, now=seat.now).state
    if state is TicketState.EXPIRED:
        expired = f"Ticket #{ticket.number} expired at {day_time(ticket.decide_by)} UTC"
        return f"{expired}: nobody answered in time. {_AGAIN}"
    if state is not TicketState.PENDING:
        return f"Ticket #{ticket.number} is answered. {_AGAIN}"
    viewer = viewer_in(seat.fleet, seat.role, seat.user, now=seat.now)
    # Ending a task takes the least of all answers.
    return why_not_now(viewer, ticket, Choice.CANCEL)
