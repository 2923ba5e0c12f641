"""Moves of a holder, at the version the ticket is at now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from escalations.services.calling import ticket_escalate
from escalations.services.claims import ticket_claim
from escalations.services.editing import ticket_edit
from escalations.services.handing import ticket_reassign
from escalations.services.questions import ticket_answer, ticket_ask
from escalations.services.snoozing import ticket_snooze
from governance.domain.types import Environment, Scope
from governance.selectors.access import KeyPrincipal
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.contrib.auth.models import User

    from escalations.models import Note, Ticket
    from governance.models import Agent, Fleet


def claim(ticket: Ticket, user: User, *, take_over: bool = False) -> Ticket:
    """Claim the ticket."""
    ticket.refresh_from_db()
    return ticket_claim(
        ticket_id=ticket.pk, user=user, expected_version=ticket.version, take_over=take_over
    )


def snooze(ticket: Ticket, user: User, *, minutes: float = 10) -> Ticket:
    """Put off the ticket, which the person holds, for so long from now."""
    ticket.refresh_from_db()
    return ticket_snooze(
        ticket_id=ticket.pk,
        user=user,
        until=clock_now() + timedelta(minutes=minutes),
        expected_version=ticket.version,
    )


def snoozed(ticket: Ticket, user: User, *, minutes: float = 10) -> Ticket:
    """Claim the ticket and put it off."""
    claim(ticket, user)
    return snooze(ticket, user, minutes=minutes)


def ask(ticket: Ticket, user: User, text: str = "Was the order paid twice?") -> Note:
    """Ask about the ticket, which the person holds; return the question."""
    ticket.refresh_from_db()
    ticket_ask(ticket_id=ticket.pk, user=user, text=text, expected_version=ticket.version)
    return ticket.notes.filter(kind="question").latest("created_at", "id")


def asked(ticket: Ticket, user: User) -> Note:
    """Claim the ticket and ask about it."""
    claim(ticket, user)
    return ask(ticket, user)


def answer_as(user: User, question: Note, text: str = "Yes, payments 41 and 42.") -> Ticket:
    """Answer the question as a person."""
    return ticket_answer(
        ticket_id=question.ticket_id, user=user, question_id=question.pk, text=text
    )


def hand_over(ticket: Ticket, user: User, to: str, note: str = "You know these.") -> Ticket:
    """Hand the ticket to somebody."""
    ticket.refresh_from_db()
    return ticket_reassign(
        ticket_id=ticket.pk, user=user, to=to, note=note, expected_version=ticket.version
    )


def edit(ticket: Ticket, user: User, arguments: str | None) -> Ticket:
    """Edit what the ticket asks about, which the person holds; None takes edits back."""
    ticket.refresh_from_db()
    return ticket_edit(
        ticket_id=ticket.pk, user=user, arguments=arguments, expected_version=ticket.version
    )


def escalate(
    ticket: Ticket, user: User, level: int = 2, reason: str = "The sum is too large for me."
) -> Ticket:
    """Call the next level of people."""
    return ticket_escalate(ticket_id=ticket.pk, user=user, level=level, reason=reason)


def key_of(
    fleet: Fleet,
    *,
    scopes: Collection[Scope] = (Scope.GATE,),
    agents: Collection[Agent] = (),
    environment: Environment = Environment.PRODUCTION,
) -> KeyPrincipal:
    """Return an orchestrator of the fleet that has signed in."""
    return KeyPrincipal(
        key_id=uuid4(),
        name="shop",
        fleet=fleet,
        environment=environment,
        scopes=frozenset(scopes),
        agent_ids=frozenset(agent.pk for agent in agents),
        seen_at=clock_now(),
    )
