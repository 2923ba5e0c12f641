"""What a fleet comes to at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.pages.overview import overview_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.zones import in_own_zone
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards.overview import OverviewPage
    from dashboard.views.access import PersonRequest


@require_safe
@page
@in_own_zone
def overview(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the fleet's key figures, what changed, what to look at, and how the system is."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="overview", fleet=fleet)
    return render(request, "overview/index.html", {"shell": shell, "overview": card})


@require_safe
@fragment
@in_own_zone
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    return render(request, "overview/body.html", {"overview": _card(request, fleet)})


def _card(request: PersonRequest, slug: str) -> OverviewPage:
    # The fleet, and with it the sequence number, before all else: no event falls in between.
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    return overview_page(fleet, role)
