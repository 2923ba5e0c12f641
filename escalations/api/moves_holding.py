"""``POST /api/v1/tickets/{id}/...``: what people, most of all the holder, do beside deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.api.bodies import (
    AnswerBody,
    EditBody,
    EmptyBody,
    EscalateBody,
    QuestionBody,
    ReassignBody,
    SnoozeBody,
)
from escalations.api.headers import version_wanted, with_version_again
from escalations.api.moves import TicketMoveView
from escalations.api.views import TicketApiView
from escalations.selectors.tickets import ticket_by_id
from escalations.services.calling import ticket_escalate
from escalations.services.editing import ticket_edit
from escalations.services.handing import ticket_reassign
from escalations.services.questions import ticket_answer, ticket_answer_by_key, ticket_ask
from escalations.services.snoozing import ticket_snooze, ticket_wake
from governance.api.callers import Person
from governance.domain.canonical import canonical_json

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from rest_framework.request import Request

    from escalations.models import Ticket


class SnoozeView(TicketMoveView):
    """``snooze``: put a ticket one holds off for a while."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Put it off."""
        body = self.body(SnoozeBody)
        return ticket_snooze(
            ticket_id=ticket_id,
            user=person.user,
            until=body.until,
            expected_version=version_wanted(self.raw),
        )


class WakeView(TicketMoveView):
    """``wake``: put a snoozed ticket back into the queue."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Wake it."""
        self.body_if_any(EmptyBody)
        return ticket_wake(ticket_id=ticket_id, user=person.user)


class QuestionView(TicketMoveView):
    """``ask``: a question to the agent or its owner."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Ask it."""
        body = self.body(QuestionBody)
        return ticket_ask(
            ticket_id=ticket_id,
            user=person.user,
            text=body.text,
            expected_version=version_wanted(self.raw),
        )


class EditView(TicketMoveView):
    """``edit``: narrow what the agent asks with, or put back what it was."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Edit it."""
        edited = self.body(EditBody).arguments
        return ticket_edit(
            ticket_id=ticket_id,
            user=person.user,
            arguments=None if edited is None else canonical_json(edited),
            expected_version=version_wanted(self.raw),
        )


class EscalateView(TicketMoveView):
    """``escalate``: call the next level of people before its time."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Call it."""
        body = self.body(EscalateBody)
        return ticket_escalate(
            ticket_id=ticket_id, user=person.user, level=body.level, reason=body.reason
        )


class ReassignView(TicketMoveView):
    """``reassign``: hand a ticket to another person."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Hand it over."""
        body = self.body(ReassignBody)
        return ticket_reassign(
            ticket_id=ticket_id,
            user=person.user,
            to=body.to,
            note=body.note,
            expected_version=version_wanted(self.raw),
        )


class AnswerView(TicketApiView):
    """``answer``: the one move that a key may make, because it decides nothing."""

    http_method_names = ["post"]

    def post(self, _request: Request, ticket_id: UUID) -> HttpResponse:
        """Record the answer, once per Idempotency-Key, and return the ticket as it is then."""
        # A ticket of another of the caller's fleets is not below this fleet's address.
        ticket_by_id(fleet=self.caller.fleet, ticket_id=ticket_id)
        return with_version_again(self.once(lambda: self.ticket_answer(self._answered(ticket_id))))

    def _answered(self, ticket_id: UUID) -> Ticket:
        caller, body = self.caller, self.body(AnswerBody)
        if isinstance(caller, Person):
            return ticket_answer(
                ticket_id=ticket_id, user=caller.user, question_id=body.question, text=body.text
            )
        return ticket_answer_by_key(
            ticket_id=ticket_id, key=caller, question_id=body.question, text=body.text
        )
