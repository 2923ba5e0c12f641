"""What enforcement would have done, where a fleet or an agent is in shadow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.period import RANGES, period_read
from dashboard.pages.shadow import shadow_page
from dashboard.pages.shadow_sheet import shadow_sheet
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.sheets import period_asked
from dashboard.views.zones import in_own_zone
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards.shadow import ShadowPage
    from dashboard.display.sheets import Sheet
    from dashboard.views.access import PersonRequest
    from governance.models import Decision


@require_safe
@page
@in_own_zone
def shadow(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what shadow let pass in the period that the address names."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="shadow", fleet=fleet)
    return render(request, "shadow/index.html", {"shell": shell, "shadow": card})


@require_safe
@fragment
@in_own_zone
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    return render(request, "shadow/body.html", {"shadow": _card(request, fleet)})


def sheet(request: PersonRequest, fleet: str) -> Sheet[Decision]:
    """Return what would have been held in the period that the address names.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a period nobody understands.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    return shadow_sheet(found, period_asked(request, now=clock_now()))


def _card(request: PersonRequest, slug: str) -> ShadowPage:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    now = clock_now()
    return shadow_page(fleet, period_read(request.GET, now=now), ranges=RANGES, now=now)
