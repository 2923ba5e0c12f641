"""Tickets, one or many, as a person or a key may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q

from escalations.domain.deadlines import is_expired
from escalations.domain.lifecycle import Resolution, TicketState, TicketStatus
from escalations.models import Ticket, Vote
from governance.refusals import MissingError
from governance.selectors.people import membership_role
from governance.selectors.retention_runs import removed_error

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from governance.domain.types import Role
    from governance.models import Fleet

# Where the snapshot of an audit keeps why its task was drawn.
DRAWN_BY = "drawn"
# In the snapshot of a ticket that asks about a ring again: why, as a sentence.
WHY_AGAIN = "why_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Who put a ticket off, and until when."""

    by: User
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who works on a ticket now, until when, and since when nothing was heard of them."""

    holder: User
    lease_until: datetime
    seen_at: datetime


def ticket_for_person(*, user: User, ticket_id: UUID) -> tuple[Ticket, Role]:
    """Return a ticket of one of the person's fleets, and the person's role there.

    Raises:
        MissingError: for an unknown ticket and for one of a fleet the person is not in, alike.
    """
    ticket = tickets_shown().filter(pk=ticket_id, fleet__archived_at=None).first()
    role = None if ticket is None else membership_role(user=user, fleet=ticket.fleet)
    if ticket is None or role is None:
        raise _missing(ticket_id)
    return ticket, role


def ticket_of_fleet(*, fleet: Fleet, number: int) -> Ticket:
    """Return the fleet's ticket with this number; the caller has checked who asks.

    Raises:
        MissingError: if the fleet has no such ticket.
        RemovedError: if it had one that retention removed.
    """
    ticket = tickets_shown().filter(fleet=fleet, number=number).first()
    if ticket is None and 0 < number <= fleet.ticket_seq:
        # Numbers have no gaps.
        raise removed_error(fleet=fleet, kind="tickets", named=f"Ticket #{number}")
    if ticket is None:
        raise _missing(f"#{number}")
    return ticket


def ticket_by_id(*, fleet: Fleet, ticket_id: UUID) -> Ticket:
    """Return the fleet's ticket with this id.

    Raises:
        MissingError: for an unknown ticket and for another fleet's, alike.
    """
    ticket = tickets_shown().filter(fleet=fleet, pk=ticket_id).first()
    if ticket is None:
        raise _missing(ticket_id)
    return ticket


def tickets_shown() -> QuerySet[Ticket]:
    """Return tickets with what lists and pages draw: fleet, agent, task, claim, votes."""
    standing = Vote.objects.select_related("user").filter(withdrawn_at=None)
    return Ticket.objects.select_related(
        "fleet", "policy", "agent__owner", "agent__standing", "task", "claimed_by", "snoozed_by"
    ).prefetch_related(
        Prefetch("votes", standing.order_by("created_at", "id"), to_attr="votes_now")
    )


def tickets_waiting(*, now: datetime) -> QuerySet[Ticket]:
    """Return what waits for people now: in time, swept or not, and no practice."""
    return tickets_shown().filter(is_waiting(now=now))


def is_waiting(*, now: datetime) -> Q:
    """Return whether a ticket waits for people now, as a condition."""
    return Q(state=TicketState.PENDING.value, decide_by__gt=now, practice=False)


def address_of(ticket: Ticket) -> str:
    """Return where people read the ticket, below the address of the console."""
    return f"/f/{ticket.fleet.slug}/tickets/{ticket.number}/"


def shown_of(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return what people are shown of a ticket now.

    Why a task was drawn for an audit names the preset it ran under, and with it how far the agent
    is trusted: whoever judges the work reads that afterwards.
    """
    shown: dict[str, Any] = ticket.snapshot
    if status_of(ticket, now=now).state is not TicketState.PENDING:
        return shown
    return {name: value for name, value in shown.items() if name != DRAWN_BY}


def status_of(ticket: Ticket, *, now: datetime) -> TicketStatus:
    """Return where the ticket stands: past its deadline it has expired, swept or not."""
    state = TicketState(ticket.state)
    if state is TicketState.PENDING and is_expired(ticket.decide_by, now=now):
        return TicketStatus(TicketState.EXPIRED)
    return TicketStatus(state, Resolution(ticket.resolution) if ticket.resolution else None)


def claim_of(ticket: Ticket, *, now: datetime) -> Claim | None:
    """Return the claim that holds now; one past its lease holds no longer, swept or not."""
    if ticket.claimed_by is None or ticket.lease_until is None or ticket.claim_seen_at is None:
        return None
    if ticket.lease_until <= now:
        return None
    return Claim(
        holder=ticket.claimed_by, lease_until=ticket.lease_until, seen_at=ticket.claim_seen_at
    )


def snooze_of(ticket: Ticket, *, now: datetime) -> Snooze | None:
    """Return the snooze that holds now; one whose time has come holds no longer, swept or not."""
    if ticket.snoozed_until is None or ticket.snoozed_by is None or ticket.snoozed_until <= now:
        return None
    return Snooze(by=ticket.snoozed_by, until=ticket.snoozed_until)


def current_of(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return what somebody who came too late must see: state, resolution, who, when, why."""
    status = status_of(ticket, now=now)
    at = ticket.resolved_at
    if at is None and status.state is TicketState.EXPIRED:
        at = ticket.decide_by
    return {
        "state": status.state.value,
        "resolution": status.resolution.value if status.resolution else "",
        "by": ticket.resolved_by,
        "at": at.isoformat() if at else None,
        "reason": ticket.reason_text,
        "reason_code": ticket.reason_code,
        "version": ticket.version,
    }


def _missing(value: object) -> MissingError:
    return MissingError(
        f"There is no ticket {value} that you may see.",
        code="ticket_unknown",
        field="ticket",
        value=str(value),
    )
