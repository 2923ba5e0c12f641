"""Editing what an agent asks with, in two steps: the change is shown, then it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.forms.holding import holder_move_read
from dashboard.pages.editing import EDIT
from dashboard.pages.holding import TypedMove
from dashboard.pages.panel import Typed
from dashboard.views.access import form_only
from dashboard.views.moves import move, recorded
from dashboard.views.posting import made_once, posted
from dashboard.views.refused import refused
from dashboard.views.tickets import ticket_answer
from escalations.selectors.tickets import ticket_of_fleet
from escalations.services.editing import edit_read, ticket_edit
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponseBase

    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError


@form_only
def review(request: HttpRequest, fleet: str, number: int) -> HttpResponseBase:
    """Show what an edit would change on the ticket's page; nothing is recorded yet."""

    def make(person: PersonRequest) -> HttpResponseBase:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        text = holder_move_read(person).text
        draft = edit_read(ticket_of_fleet(fleet=found, number=number), text)
        typed = Typed(move=TypedMove(form=EDIT, text=text, draft=draft))
        return ticket_answer(person, fleet, number, typed=typed)

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        return refused(person, error, fleet=fleet, number=number)

    page = reverse("ticket", kwargs={"fleet": fleet, "number": number})
    return posted(request, page=page, make=make, refuse=refuse, stays=True)


@move
def edit(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Record an edit that was shown, once for each Idempotency-Key."""
    return _recorded_once(request, ticket_id, holder_move_read(request).text)


@move
def take_back(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Put back what the agent asked with, once for each Idempotency-Key."""
    return _recorded_once(request, ticket_id, None)


def _recorded_once(
    request: PersonRequest, ticket_id: UUID, arguments: str | None
) -> HttpResponseBase:
    form = holder_move_read(request)
    return made_once(
        request,
        form.sha256,
        lambda: recorded(
            ticket_edit(
                ticket_id=ticket_id,
                user=request.user,
                arguments=arguments,
                expected_version=form.version,
            )
        ),
    )
