"""The graph of a fleet, and the piece of it that an open page takes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.ties import ties_read
from dashboard.pages.fleet_graph import fleet_graph
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards.fleet_graph import FleetGraph
    from dashboard.views.access import PersonRequest


@require_safe
@page
def graph(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show who works with whom, narrowed as the address says."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="collusion", fleet=fleet)
    return render(request, "collusion/graph_index.html", {"shell": shell, "graph": card})


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the graph alone, as a fresh snapshot for an open page."""
    return render(request, "collusion/graph.html", {"graph": _card(request, fleet)})


def _card(request: PersonRequest, slug: str) -> FleetGraph:
    # The fleet, and with it the sequence number, before all else: no event falls in between.
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    return fleet_graph(fleet, ties_read(request.GET), now=clock_now())
