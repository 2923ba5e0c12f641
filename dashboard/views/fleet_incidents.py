"""Incidents of a whole fleet: their list, and one with what its agents share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.pages.fleet_incidents import incident_list, incident_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from dashboard.views.access import PersonRequest

HERE = "incidents"


@require_safe
@page
def incidents(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the fleet's incidents, open ones first."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    listed = incident_list(found, now=clock_now())
    shell = shell_for(request.user, here=HERE, fleet=fleet)
    return render(request, "incident/index.html", {"shell": shell, "incidents": listed})


@require_safe
@fragment
def list_parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the list alone, as a fresh snapshot for an open page."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    listed = incident_list(found, now=clock_now())
    return render(request, "incident/list.html", {"incidents": listed})


@require_safe
@page
def incident(request: PersonRequest, fleet: str, incident_id: UUID) -> HttpResponse:
    """Show one incident: its numbers, what is shared, the agents concerned, its ticket."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    card = incident_page(found, incident_id, now=clock_now())
    shell = shell_for(request.user, here=HERE, fleet=fleet)
    return render(request, "incident/page.html", {"shell": shell, "incident": card})


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str, incident_id: UUID) -> HttpResponse:
    """Draw the incident's parts alone, as a fresh snapshot for an open page."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    card = incident_page(found, incident_id, now=clock_now())
    return render(request, "incident/body.html", {"incident": card})
