"""Call the next level of people by hand, before its time has come, and say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.lifecycle import Move
from escalations.domain.reaching import CalledByHand
from escalations.domain.routing import route
from escalations.selectors.escalation import escalation_of
from escalations.selectors.routing import people_of, route_of, votes_standing
from escalations.selectors.tickets import ticket_for_person
from escalations.services.ballots import words_read
from escalations.services.claims import waits_check
from escalations.services.escalating import ESCALATION, escalate_step
from escalations.services.holding import tickets_locked
from escalations.services.moving import move_check
from escalations.services.notice_planning import Called, calls_plan
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.selectors.people import person_name
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.models import Ticket


@transaction.atomic
def ticket_escalate(*, ticket_id: UUID, user: User, level: int, reason: str) -> Ticket:
    """Call the next level of people now; a level that is called already is left as it is.

    Whoever may see the ticket may: it decides nothing, and who is barred from answering may well
    be the one who knows that somebody should. The claim and the version stay, as when a level is
    called by time.

    Args:
        level: the one to call, from 2; the next, or one called before.
        reason: why it does not wait for its time, 1 to 2,000 characters, shown to those called.

    Raises:
        MissingError: if the person may not see the ticket.
        InvalidFieldError: for a reason that is missing, too long or not text, and for a level that
            is not the next.
        ConflictError: last_level, ticket_snoozed, decided, expired or practice.
        GoneError: withdrawn or superseded.
    """
    why = words_read(reason, field="reason", what="The reason", missing="Say why it cannot wait.")
    ticket_for_person(user=user, ticket_id=ticket_id)
    ticket = tickets_locked().get(pk=ticket_id)
    now = clock_now()
    waits_check(ticket, now)
    if 1 < level <= ticket.escalation_level:
        return ticket
    call_next_permit(ticket, now=now)
    _level_check(ticket, level)
    people = people_of(fleet=ticket.fleet)
    votes = votes_standing(ticket=ticket)
    routing = route(tuple(people.values()), route_of(ticket=ticket, votes=votes, people=people))
    escalated = escalate_step(
        ticket,
        routing,
        actor=user.get_username(),
        now=now,
        by_hand=CalledByHand(level=level, by=person_name(user), why=why),
    )
    ticket.save(update_fields=ESCALATION)
    calls_plan([Called(ticket, routing)] if escalated else [], now=now)
    events_publish(*escalated, now=now)
    return ticket


def call_next_permit(ticket: Ticket, *, now: datetime) -> None:
    """Refuse to call the next level of a ticket that waits for nobody or has none left.

    Raises:
        ConflictError, GoneError: as `ticket_escalate`.
    """
    waits_check(ticket, now)
    policy = escalation_of(ticket)
    is_left = policy is not None and ticket.escalation_level < len(policy.levels)
    move_check(ticket, Move.CALL_NEXT, now=now, level_left=is_left)


def _level_check(ticket: Ticket, level: int) -> None:
    following = ticket.escalation_level + 1
    if level != following:
        raise InvalidFieldError(
            f"Ticket #{ticket.number} is with level {ticket.escalation_level}:"
            f" the next to call is level {following}.",
            field="level",
            value=level,
            allowed=f"{following}, the next level",
        )
