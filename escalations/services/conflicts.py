"""Refusals that show the ticket as it is now: who, when, what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketState, TicketStatus
from escalations.selectors.tickets import current_of, status_of
from governance.refusals import ConflictError, GoneError, LockedError, RefusalError
from governance.selectors.people import person_name, person_named

if TYPE_CHECKING:
    from datetime import datetime

    from escalations.models import Ticket
    from escalations.selectors.tickets import Claim

_OVER = {
    TicketState.EXPIRED: ("ticket_expired", "expired before anybody decided; nothing was run"),
    TicketState.CANCELLED: ("ticket_withdrawn", "was withdrawn; nobody waits for an answer"),
    TicketState.SUPERSEDED: ("ticket_superseded", "was replaced by a ticket for other arguments"),
}


def conflict(ticket: Ticket, sentence: str, *, code: str, now: datetime) -> ConflictError:
    """Return a 409 that carries the current ticket."""
    return ConflictError(sentence, code=code, current=current_of(ticket, now=now))


def over(ticket: Ticket, *, now: datetime) -> RefusalError:
    """Return the refusal for a ticket that waits for nobody any longer."""
    status = status_of(ticket, now=now)
    if status.state in _OVER:
        code, words = _OVER[status.state]
        kind = ConflictError if status.state is TicketState.EXPIRED else GoneError
        sentence = f"Ticket #{ticket.number} {words}."
        return kind(sentence, code=code, current=current_of(ticket, now=now))
    who = person_named(ticket.resolved_by)
    return conflict(
        ticket,
        f"{who} decided ticket #{ticket.number} first: {_words(status)}.",
        code="already_decided",
        now=now,
    )


def stale(ticket: Ticket, *, expected: int, now: datetime) -> ConflictError:
    """Return the 409 for an answer to an older version of the ticket."""
    refusal = conflict(
        ticket,
        f"Ticket #{ticket.number} changed since you read it:"
        f" you saw version {expected}, it is at {ticket.version}.",
        code="stale_version",
        now=now,
    )
    refusal.field, refusal.value, refusal.allowed = "version", expected, str(ticket.version)
    return refusal


def held_by_other(ticket: Ticket, claim: Claim, *, now: datetime) -> LockedError:
    """Return the 423 that names the holder and the end of the lease."""
    who, until = person_name(claim.holder), f"{claim.lease_until:%H:%M:%S} UTC"
    return LockedError(
        f"{who} works on ticket #{ticket.number} until {until}.",
        code="ticket_claimed",
        holder=claim.holder.get_username(),
        lease_until=claim.lease_until.isoformat(),
        current=current_of(ticket, now=now),
    )


def practice(ticket: Ticket, *, now: datetime) -> ConflictError:
    """Return the 409 for an answer to a ticket that only records what would have been asked."""
    return conflict(
        ticket,
        f"Ticket #{ticket.number} is practice: nothing was held back, nobody waits for an answer.",
        code="practice_ticket",
        now=now,
    )


def _words(status: TicketStatus) -> str:
    return str(status).replace("_", " ")
