"""Who else has a ticket open: a line of its page, taken again when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.pages.presence import looking_words
from dashboard.pages.standing import viewer_in
from dashboard.views.access import fragment
from escalations.selectors.tickets import ticket_of_fleet
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.views.access import PersonRequest


@require_safe
@fragment
def looking(request: PersonRequest, fleet: str, number: int) -> HttpResponse:
    """Draw who else of the fleet has the ticket open."""
    found, role = fleet_for_person(user=request.user, slug=fleet)
    ticket = ticket_of_fleet(fleet=found, number=number)
    viewer = viewer_in(found, role, request.user, now=clock_now())
    context = {"url": request.path, "words": looking_words(ticket, viewer)}
    return render(request, "ticket/looking.html", context)
