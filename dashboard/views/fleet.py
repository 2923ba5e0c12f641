"""The agents of a fleet as a list, and the pieces of it that an open page takes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.roster import roster_misread, roster_read
from dashboard.pages.agent_rows import agent_rows
from dashboard.pages.agent_sheet import agent_sheet
from dashboard.pages.fleet import fleet_line, fleet_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.agents import agent_found
from dashboard.views.sheets import misread_refused
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person, fleets_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from dashboard.cards.fleet import AgentRow, FleetPage
    from dashboard.display.sheets import Sheet
    from dashboard.views.access import PersonRequest


@require_safe
@page
def fleets(request: PersonRequest) -> HttpResponse:
    """Lead to the agents of the person's only fleet, or show which fleets there are."""
    seats = fleets_of(user=request.user)
    if len(seats) == 1:
        return redirect(reverse("fleet-agents", kwargs={"fleet": seats[0][0].slug}))
    shell = shell_for(request.user, here="agents", live=False)
    lines = tuple(fleet_line(fleet, role) for fleet, role in seats)
    return render(request, "fleet/fleets.html", {"shell": shell, "fleets": lines})


@require_safe
@page
def agents(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the fleet's agents, narrowed and sorted as the address says."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="agents", fleet=fleet)
    return render(request, "fleet/index.html", {"shell": shell, "fleet": card})


@require_safe
@fragment
def rows(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the list alone, as a fresh snapshot for an open page."""
    return render(request, "fleet/list.html", {"fleet": _card(request, fleet)})


@require_safe
@fragment
def row(request: PersonRequest, fleet: str, agent_id: UUID) -> HttpResponse:
    """Draw one agent's row alone."""
    found, _, agent = agent_found(request, fleet, agent_id)
    (card,) = agent_rows([agent], found, now=clock_now())
    return render(request, "fleet/row_piece.html", {"row": card})


def sheet(request: PersonRequest, fleet: str) -> Sheet[AgentRow]:
    """Return every agent that the address narrows the list to.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a filter or an order nobody understands.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    misread_refused(roster_misread(request.GET))
    return agent_sheet(found, roster_read(request.GET).query, now=clock_now())


def _card(request: PersonRequest, slug: str) -> FleetPage:
    # The fleet, and with it the sequence number, before the rows: no event falls in between.
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    return fleet_page(fleet, roster_read(request.GET))
