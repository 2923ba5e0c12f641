"""Questions of whoever holds a ticket, to the agent or its owner; the clock keeps running.

The first question of a ticket makes its time to decide longer, once, so that asking does not
cost the time to think about the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.deadlines import extended
from escalations.domain.lifecycle import Move
from escalations.domain.notes import NoteKind, WokenBy
from escalations.events import TicketAnswered, TicketAsked
from escalations.models import Note
from escalations.selectors.notes import question_standing
from escalations.selectors.tickets import ticket_by_id, ticket_for_person
from escalations.services.ballots import version_read, words_read
from escalations.services.claims import waits_check
from escalations.services.conflicts import conflict
from escalations.services.escalating import escalation_defer
from escalations.services.holding import ticket_hold
from escalations.services.moving import holder_move_check, move_check
from escalations.services.opening import reference_of
from escalations.services.telling import told_of
from escalations.services.waking import wake_step
from governance.domain.types import Scope
from governance.selectors.access import scope_require
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_of
from governance.services.events import events_publish
from governance.services.own_tasks import agent_require, environment_require
from governance.services.resolutions import task_ask_step

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from escalations.services.holding import HeldTicket
    from governance.selectors.access import KeyPrincipal

_ASKED = ["needs_info", "decide_by", "extended_from", "escalate_at", "version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody says to a question; without ``user`` it is an agent's key that says it."""

    question_id: UUID
    text: str
    author: str
    user: User | None = None


@transaction.atomic
def ticket_ask(*, ticket_id: UUID, user: User, text: str, expected_version: int | None) -> Ticket:
    """Ask the agent or its owner about a ticket one holds; one question stands at a time.

    Raises:
        MissingError: if the person may not see the ticket.
        InvalidFieldError: for a question that is missing, too long or not text.
        VersionMissingError: without a version.
        LockedError: if somebody else holds it.
        ConflictError: not_claimed, question_stands, nobody_to_ask, move_not_possible for a kind
            that asks nobody, stale, decided, expired or practice.
        GoneError: withdrawn or superseded.
    """
    words = words_read(text, field="text", what="The question", missing="Say what you ask.")
    expected = version_read(expected_version)
    _, role = ticket_for_person(user=user, ticket_id=ticket_id)
    held = ticket_hold(ticket_id=ticket_id)
    ticket, now = held.ticket, clock_now()
    holder_move_check(ticket, Move.ASK, user=user, role=role, expected=expected, now=now)
    actor = user.get_username()
    question = Note.objects.create(
        ticket=ticket,
        kind=NoteKind.QUESTION.value,
        user=user,
        author=actor,
        text=words,
        created_at=now,
    )
    is_extended = _extend(ticket)
    ticket.needs_info = True
    ticket.version += 1
    ticket.save(update_fields=_ASKED)
    _task_tell(held, question)
    asked = TicketAsked(
        **told_of(ticket, actor=actor),
        by=actor,
        question_id=str(question.pk),
        text=words,
        decide_by=ticket.decide_by.isoformat(),
        is_extended=is_extended,
    )
    events_publish(asked, now=now)
    return ticket


def ticket_answer(*, ticket_id: UUID, user: User, question_id: UUID, text: str) -> Ticket:
    """Answer as a person: the agent's owner, or whoever of the fleet knows.

    Raises:
        MissingError: if the person may not see the ticket.
        InvalidFieldError: for an answer that is missing, too long or not text.
        ConflictError: no_question, other_question, decided, expired or practice.
        GoneError: withdrawn or superseded.
    """
    ticket_for_person(user=user, ticket_id=ticket_id)
    said = Answer(question_id=question_id, text=text, author=user.get_username(), user=user)
    return _answer(ticket_id, said)


def ticket_answer_by_key(
    *, ticket_id: UUID, key: KeyPrincipal, question_id: UUID, text: str
) -> Ticket:
    """Answer as the agent that is asked, by its key. A key decides nothing by this.

    Raises:
        MissingError: for a ticket of another fleet.
        ForbiddenError: scope_missing, agent_not_of_key or environment_of_key.
        InvalidFieldError, ConflictError, GoneError: as for a person.
    """
    scope_require(key, Scope.GATE)
    ticket = ticket_by_id(fleet=key.fleet, ticket_id=ticket_id)
    if ticket.agent is not None:
        agent_require(key=key, agent=ticket.agent)
    if ticket.task is not None:
        environment_require(key=key, task=ticket.task)
    return _answer(ticket_id, Answer(question_id=question_id, text=text, author=key.actor))


@transaction.atomic
def _answer(ticket_id: UUID, answer: Answer) -> Ticket:
    words = words_read(answer.text, field="text", what="The answer", missing="Say your answer.")
    held = ticket_hold(ticket_id=ticket_id)
    ticket, now = held.ticket, clock_now()
    waits_check(ticket, now)
    move_check(ticket, Move.ANSWER, now=now)
    question = question_standing(ticket=ticket)
    if question is None or question.pk != answer.question_id:
        sentence = f"Ticket #{ticket.number} asks something else by now; read it again."
        raise conflict(ticket, sentence, code="other_question", now=now)
    Note.objects.create(
        ticket=ticket,
        kind=NoteKind.ANSWER.value,
        user=answer.user,
        author=answer.author,
        text=words,
        created_at=now,
    )
    ticket.needs_info = False
    # Whoever is deciding has not read the answer yet.
    ticket.version += 1
    ticket.save(update_fields=["needs_info", "version"])
    _task_tell(held, None)
    answered = TicketAnswered(
        **told_of(ticket, actor=answer.author),
        by=answer.author,
        question_id=str(question.pk),
        text=words,
    )
    woken = wake_step(ticket, actor=answer.author, woken_by=WokenBy.ANSWER, now=now)
    events_publish(answered, *woken, now=now)
    return ticket


def _extend(ticket: Ticket) -> bool:
    """Move the deadline, the first time; return whether it moved."""
    timing = policy_of(ticket.policy).tickets
    later = extended(ticket.opened_at, ticket.decide_by, timing=timing)
    if ticket.extended_from is not None or later == ticket.decide_by:
        return False
    ticket.extended_from, ticket.decide_by = ticket.decide_by, later
    escalation_defer(ticket)
    return True


def _task_tell(held: HeldTicket, question: Note | None) -> None:
    """Let the agent that waits for the task read what stands, and until when it is waited for."""
    if held.task is None:
        return
    reference = reference_of(held.ticket, question=_question(question))
    task_ask_step(task=held.task, escalation=reference, answer_by=held.ticket.decide_by)


def _question(note: Note | None) -> dict[str, str] | None:
    if note is None:
        return None
    return {
        "id": str(note.pk),
        "text": note.text,
        "by": note.author,
        "at": note.created_at.isoformat(),
    }
