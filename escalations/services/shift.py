"""End a shift: what one leaves goes to somebody else, or back into the queue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from escalations.selectors.tickets import claim_of, snooze_of
from escalations.selectors.together import tickets_named
from escalations.services.ballots import words_read
from escalations.services.claims import ticket_claim_release
from escalations.services.conflicts import conflict
from escalations.services.handing import FIELD, ticket_reassign
from escalations.services.one_by_one import done_once
from escalations.services.snoozing import ticket_wake
from governance.refusals import InvalidFieldError, MissingError
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.together import TicketName
    from escalations.models import Ticket
    from escalations.services.one_by_one import Answered, Once

# No user name: where tickets go that are given to nobody.
INTO_THE_QUEUE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What a person leaves, each ticket with the version they read, to whom and with which word.

    ``to`` is a user name, or `INTO_THE_QUEUE`.
    """

    names: tuple[TicketName, ...]
    to: str
    note: str

    @property
    def ordered(self) -> tuple[TicketName, ...]:
        """Return the names by fleet and number, each ticket once, at the oldest version named."""
        oldest_last = sorted(self.names, reverse=True)
        return tuple(sorted({(each.fleet, each.number): each for each in oldest_last}.values()))


def leaving_check(leaving: Leaving) -> None:
    """Refuse what can be done for no ticket at all.

    Raises:
        InvalidFieldError: without somebody to take them, or without a word to that person.
    """
    if not leaving.to:
        raise InvalidFieldError(
            "Choose who takes them, or the queue.",
            field=FIELD,
            value="",
            allowed=f"a user name, or {INTO_THE_QUEUE} for the queue",
        )
    if leaving.to != INTO_THE_QUEUE:
        words_read(leaving.note, field="note", what="The note", missing="Say why, in a word.")


def tickets_leave(
    *, user: User, leaving: Leaving, fleet_ids: Collection[UUID], once: Once
) -> tuple[Answered, ...]:
    """Hand over many tickets, or put them back, and return what became of each.

    Each goes through `ticket_reassign`, or is released or woken, in a transaction of its own: the
    rules about who may take one hold for each, and a refusal of one undoes no other.

    Args:
        user: who leaves.
        leaving: the tickets, to whom and why.
        fleet_ids: the person's fleets that it may reach.
        once: keeps what became of each, so that a repeat gives the same and does nothing.

    Raises:
        InvalidFieldError: as `leaving_check`; nothing was recorded.
    """
    leaving_check(leaving)
    found = tickets_named(leaving.names, fleet_ids=fleet_ids)
    return tuple(
        done_once(
            name,
            partial(_leave, name, found.get((name.fleet, name.number)), leaving, user=user),
            once=once,
        )
        for name in leaving.ordered
    )


def _leave(name: TicketName, ticket: Ticket | None, leaving: Leaving, *, user: User) -> Ticket:
    if ticket is None:
        raise MissingError(f"There is no ticket #{name.number} that you may see.", field="tickets")
    if leaving.to != INTO_THE_QUEUE:
        return ticket_reassign(
            ticket_id=ticket.pk,
            user=user,
            to=leaving.to,
            note=leaving.note,
            expected_version=name.version,
        )
    now = clock_now()
    claim, snooze = claim_of(ticket, now=now), snooze_of(ticket, now=now)
    if claim is not None and claim.holder.pk == user.pk:
        return ticket_claim_release(ticket_id=ticket.pk, user=user)
    if snooze is not None and snooze.by.pk == user.pk:
        return ticket_wake(ticket_id=ticket.pk, user=user)
    raise conflict(
        ticket,
        f"You neither hold ticket #{ticket.number} nor have put it off.",
        code="not_claimed",
        now=now,
    )
