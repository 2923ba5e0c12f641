"""``/api/v1/tickets``: keys and people read, only people answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.api.answers import ticket_line, ticket_whole
from escalations.api.bodies import AskBody
from escalations.api.filters import page_wanted
from escalations.api.headers import with_version, with_version_again
from escalations.selectors.notes import notes_of
from escalations.selectors.numbered import tickets_filtered
from escalations.selectors.routing import votes_standing
from escalations.selectors.tickets import ticket_by_id
from escalations.services.asking import release_ask
from governance.api.answers import answer
from governance.api.callers import Person, person_required
from governance.api.endpoints import ApiView
from governance.domain.types import Scope
from governance.selectors.access import scope_require
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse
    from rest_framework.request import Request

    from escalations.models import Ticket
    from governance.models import Fleet


class TicketApiView(ApiView):
    """What the ticket calls share."""

    @property
    def fleet_read(self) -> Fleet:
        """Return the fleet the caller may read: a person's, or that of a key with scope read."""
        caller = self.caller
        if not isinstance(caller, Person):
            scope_require(caller, Scope.READ)
        return caller.fleet

    def ticket_answer(self, ticket: Ticket, status: int = 200) -> HttpResponse:
        """Return the whole ticket with its version as ETag."""
        shown = ticket_by_id(fleet=ticket.fleet, ticket_id=ticket.pk)
        votes = votes_standing(ticket=shown)
        payload = ticket_whole(shown, votes, notes_of(ticket=shown), now=clock_now())
        return with_version(answer(payload, status), shown.version)


class TicketsView(TicketApiView):
    """The fleet's tickets."""

    def get(self, request: Request) -> HttpResponse:
        """Return one page of tickets, the newest first, and where the next begins."""
        fleet = self.fleet_read
        page = page_wanted(request.GET)
        now = clock_now()
        found = tickets_filtered(
            fleet_id=fleet.pk,
            now=now,
            state=page.state,
            kind=page.kind,
            before=page.cursor,
            most=page.limit + 1,
        )
        shown = found[: page.limit]
        return answer(
            {
                "tickets": [ticket_line(ticket, now=now) for ticket in shown],
                "next_cursor": shown[-1].number if len(found) > page.limit else None,
            }
        )

    def post(self, _request: Request) -> HttpResponse:
        """Ask again whether a frozen agent may be released."""
        person = person_required(self.caller)
        body = self.body(AskBody)

        def call() -> HttpResponse:
            asked = release_ask(fleet=person.fleet, agent_external_id=body.agent, user=person.user)
            return self.ticket_answer(asked.ticket, 201 if asked.created else 200)

        return with_version_again(self.once(call))


class TicketView(TicketApiView):
    """One ticket."""

    def get(self, _request: Request, ticket_id: UUID) -> HttpResponse:
        """Return the ticket with what was shown and answered; its ETag is its version."""
        return self.ticket_answer(ticket_by_id(fleet=self.fleet_read, ticket_id=ticket_id))
