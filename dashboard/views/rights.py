"""What somebody may do to a ticket, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.pages.controls import Seat
from dashboard.pages.rights import rights_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import page
from escalations.selectors.tickets import ticket_of_fleet
from governance.refusals import ForbiddenError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.views.access import PersonRequest


@require_safe
@page
def rights(request: PersonRequest, fleet: str, number: int) -> HttpResponse:
    """Show the reader's own rights, or those of the member whom the address names."""
    found, role = fleet_for_person(user=request.user, slug=fleet)
    seat = Seat(fleet=found, role=role, user=request.user, now=clock_now())
    ticket = ticket_of_fleet(fleet=found, number=number)
    asked, problem = request.GET.get("person", ""), ""
    try:
        card = rights_page(seat, ticket, person=asked)
    except ForbiddenError as error:
        card, problem = rights_page(seat, ticket, person=""), error.sentence
    shell = shell_for(request.user, here="ticket-rights", fleet=fleet, live=False)
    context = {"shell": shell, "rights": card, "problem": problem}
    return render(request, "rights/index.html", context, status=403 if problem else 200)
