"""``POST /api/v1/tickets/{id}/...``: what a person does to a ticket. No key ever may."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, TypeVar

from escalations.api.bodies import ClaimBody, DecideBody, DecisionBody, EmptyBody
from escalations.api.headers import password_given_at, version_wanted, with_version_again
from escalations.api.views import TicketApiView
from escalations.domain.voting import Choice
from escalations.selectors.tickets import ticket_by_id
from escalations.services.claims import ticket_claim, ticket_claim_release
from escalations.services.decisions import ticket_decide
from escalations.services.reopening import ticket_reopen
from escalations.services.undoing import ticket_undo
from governance.api.callers import person_required

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from rest_framework.request import Request

    from escalations.models import Ticket
    from governance.api.callers import Person
    from governance.services.schemas import Body

    T = TypeVar("T", bound=Body)


class TicketMoveView(TicketApiView, ABC):
    """One move of one ticket: a person, a version, a body, one service call, one answer."""

    http_method_names = ["post"]

    def post(self, _request: Request, ticket_id: UUID) -> HttpResponse:
        """Make the move, once per Idempotency-Key, and return the ticket as it is then."""
        person = person_required(self.caller)
        # A ticket of another of the person's fleets is not below this fleet's address.
        ticket_by_id(fleet=person.fleet, ticket_id=ticket_id)
        answered = self.once(lambda: self.ticket_answer(self.move(person, ticket_id)))
        return with_version_again(answered)

    @abstractmethod
    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Call the service of this move and return the ticket."""

    def body_if_any(self, kind: type[T]) -> T:
        """Return the body; without one, what the call takes when nothing is said."""
        return self.body(kind) if self.raw.body else kind()


class ClaimView(TicketMoveView):
    """``claim``: work on it for a while; others wait. Claiming one's own again renews it."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Claim it."""
        body = self.body_if_any(ClaimBody)
        return ticket_claim(
            ticket_id=ticket_id,
            user=person.user,
            expected_version=version_wanted(self.raw),
            take_over=body.take_over,
        )


class ReleaseView(TicketMoveView):
    """``release``: put a ticket one holds back into the queue."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Let it go."""
        self.body_if_any(EmptyBody)
        return ticket_claim_release(ticket_id=ticket_id, user=person.user)


class UndoView(TicketMoveView):
    """``undo``: take back an approval of one's own while nothing can have run."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Undo it."""
        self.body_if_any(EmptyBody)
        return ticket_undo(
            ticket_id=ticket_id, user=person.user, expected_version=version_wanted(self.raw)
        )


class ReopenView(TicketMoveView):
    """``reopen``: take back a denial that the agent does not know of."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Reopen it."""
        self.body_if_any(EmptyBody)
        return ticket_reopen(
            ticket_id=ticket_id, user=person.user, expected_version=version_wanted(self.raw)
        )


class DecisionView(TicketMoveView):
    """``approve`` and ``deny``: the choice is in the address, the reason in the body."""

    choice: ClassVar[Choice]

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Record the answer."""
        body = self.body(DecisionBody)
        decided = ticket_decide(
            ticket_id=ticket_id,
            user=person.user,
            choice=self.choice.value,
            reason_code=body.reason_code,
            reason_text=body.reason_text,
            expected_version=version_wanted(self.raw),
            via="api",
            reauthenticated_at=password_given_at(self.raw, person.user),
        )
        return decided.ticket


class DecideView(TicketMoveView):
    """``decide``: any answer that the kind of ticket takes, named in the body."""

    def move(self, person: Person, ticket_id: UUID) -> Ticket:
        """Record the answer."""
        body = self.body(DecideBody)
        decided = ticket_decide(
            ticket_id=ticket_id,
            user=person.user,
            choice=body.choice,
            reason_code=body.reason_code,
            reason_text=body.reason_text,
            expected_version=version_wanted(self.raw),
            via="api",
            reauthenticated_at=password_given_at(self.raw, person.user),
            tasks=body.tasks,
            seconds=str(body.seconds or ""),
        )
        return decided.ticket


class ApproveView(DecisionView):
    """``approve``: a task, a release; acknowledges an incident."""

    choice = Choice.APPROVE


class DenyView(DecisionView):
    """``deny``: a task, or keep an agent frozen."""

    choice = Choice.DENY
