"""The moves of a holder, checked against the tables and refused in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.guards import GUARD_MEANING, Guard, TicketFacts
from escalations.domain.lifecycle import PENDING, Move, TicketKind, apply
from escalations.selectors.tickets import claim_of, snooze_of
from escalations.services.claims import waits_check
from escalations.services.conflicts import conflict, held_by_other, stale
from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.permissions import Action, permitted
from governance.domain.types import BlastLevel
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from governance.domain.types import Role
    from governance.refusals import RefusalError

_CODES = {
    Guard.HELD_BY_MOVER: "not_claimed",
    Guard.HOLDER_OR_MANAGER: "not_claimed",
    Guard.NOT_CRITICAL: "critical_ticket",
    Guard.AGENT_NAMED: "nobody_to_ask",
    Guard.NOTHING_ASKED: "question_stands",
    Guard.QUESTION_STANDS: "no_question",
    Guard.EDITABLE: "not_editable",
    Guard.AWAKE: "ticket_snoozed",
    Guard.LEVEL_LEFT: "last_level",
}


def holder_move_check(
    ticket: Ticket,
    move: Move,
    *,
    user: User,
    role: Role,
    expected: int,
    now: datetime,
    **facts: Any,
) -> None:
    """Refuse a move of the holder that cannot be made now; the ticket is locked.

    Args:
        facts: what the guards of this move look at beside the claim.

    Raises:
        LockedError: if somebody else holds it, and this is no manager handing it over.
        ConflictError: over, stale, not_claimed, or whatever guard of the move fails.
        GoneError: withdrawn or superseded.
    """
    waits_check(ticket, now)
    claim = claim_of(ticket, now=now)
    holds = claim is not None and claim.holder.pk == user.pk
    if move is Move.REASSIGN and not holds:
        snooze = snooze_of(ticket, now=now)
        holds = snooze is not None and snooze.by.pk == user.pk
    manages = move is Move.REASSIGN and permitted(role, Action.TICKET_TAKE_OVER)
    if claim is not None and not holds and not manages:
        raise held_by_other(ticket, claim, now=now)
    if ticket.version != expected:
        raise stale(ticket, expected=expected, now=now)
    move_check(ticket, move, now=now, holds=holds, manages=manages, **facts)


def move_check(ticket: Ticket, move: Move, *, now: datetime, **facts: Any) -> None:
    """Refuse a move that the table of the ticket's kind has not, or whose guard fails.

    Raises:
        ConflictError: whose code names the guard.
    """
    seen = TicketFacts(
        now=now,
        decide_by=ticket.decide_by,
        level=BlastLevel(ticket.risk_level),
        is_snoozed=snooze_of(ticket, now=now) is not None,
        needs_info=ticket.needs_info,
        has_agent=ticket.agent_id is not None,
        **facts,
    )
    try:
        apply(TicketKind(ticket.kind), PENDING, move, seen)
    except IllegalMoveError as error:
        sentence = f"{move.value.capitalize()} is no move of a ticket of kind {ticket.kind}."
        raise conflict(ticket, sentence, code="move_not_possible", now=now) from error
    except GuardFailedError as error:
        raise _refusal(ticket, Guard(error.guard), seen) from error


def _refusal(ticket: Ticket, guard: Guard, facts: TicketFacts) -> RefusalError:
    if guard is Guard.WAKES_IN_TIME and facts.wakes_at and facts.wake_before:
        latest = f"{facts.wake_before:%Y-%m-%d %H:%M:%S} UTC"
        return InvalidFieldError(
            f"Ticket #{ticket.number} can be snoozed until a time before {latest} that is ahead.",
            field="until",
            value=facts.wakes_at.isoformat(),
            allowed=f"a time ahead, before {latest}",
        )
    sentence = f"Ticket #{ticket.number}: {GUARD_MEANING[guard]}."
    return conflict(ticket, sentence, code=_CODES[guard], now=facts.now)
