"""An answer to a ticket: asked about once more, then recorded. POST only, by one service.

A script asks before it sends; a browser's own form is asked by the page that answers it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.forms.decision import decision_read, fields_sent
from dashboard.views.access import form_only, wants_json
from dashboard.views.moves import moved, recorded
from dashboard.views.password import password_proof
from dashboard.views.posting import made_once, posted
from dashboard.views.refused import refused, typed_again
from dashboard.views.tickets import ticket_answer
from escalations.selectors.tickets import ticket_of_fleet
from escalations.services.decisions import ticket_decide
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest, HttpResponseBase, JsonResponse

    from dashboard.forms.decision import DecisionForm
    from dashboard.views.access import PersonRequest
    from escalations.models import Ticket
    from governance.refusals import RefusalError

# What the buttons of the question send.
_YES = "yes"
_NO = "no"


@form_only
def decide(request: HttpRequest, fleet: str, number: int) -> HttpResponseBase:
    """Record an answer that was confirmed; ask about one that was not."""
    if wants_json(request) or request.POST.get("confirmed") == _YES:
        return moved(request, fleet, number, _recorded_once)
    return _asked(request, fleet, number)


def _recorded_once(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    form = decision_read(request)
    given_at = password_proof(request)

    def call() -> JsonResponse:
        return recorded(_decided(request, ticket_id, form, given_at))

    return made_once(request, form.sha256, call)


def _asked(request: HttpRequest, fleet: str, number: int) -> HttpResponseBase:
    """Show the ticket with the question, or, on the way back, with the form as it was filled in."""

    def make(person: PersonRequest) -> HttpResponseBase:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        ticket = ticket_of_fleet(fleet=found, number=number)
        typed = typed_again(person)
        if person.POST.get("confirmed") != _NO:
            given_at = password_proof(person)
            _decided(person, ticket.pk, decision_read(person), given_at, records=False)
            typed = replace(typed, asked=fields_sent(person))
        return ticket_answer(person, fleet, number, typed=typed)

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        return refused(person, error, fleet=fleet, number=number)

    page = reverse("ticket", kwargs={"fleet": fleet, "number": number})
    return posted(request, page=page, make=make, refuse=refuse, stays=True)


def _decided(
    request: PersonRequest,
    ticket_id: UUID,
    form: DecisionForm,
    given_at: datetime | None,
    *,
    records: bool = True,
) -> Ticket:
    return ticket_decide(
        ticket_id=ticket_id,
        user=request.user,
        choice=form.choice,
        reason_code=form.reason_code,
        reason_text=form.reason_text,
        expected_version=form.version,
        via="browser",
        reauthenticated_at=given_at,
        tasks=form.tasks,
        seconds=form.seconds,
        records=records,
    ).ticket
