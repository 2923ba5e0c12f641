"""How soon people answer in a fleet, and how often nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.period import RANGES, period_read
from dashboard.pages.service import service_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.zones import in_own_zone
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards.service import ServicePage
    from dashboard.views.access import PersonRequest


@require_safe
@page
@in_own_zone
def service(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the service levels of the period that the address names."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="service", fleet=fleet)
    return render(request, "service/index.html", {"shell": shell, "service": card})


@require_safe
@fragment
@in_own_zone
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    return render(request, "service/body.html", {"service": _card(request, fleet)})


def _card(request: PersonRequest, slug: str) -> ServicePage:
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    now = clock_now()
    period = period_read(request.GET, now=now)
    return service_page(fleet, request.user, role, period, ranges=RANGES, now=now)
