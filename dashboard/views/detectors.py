"""What the detectors of a fleet found, and what followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.period import RANGES, period_read
from dashboard.pages.detector_sheet import detector_sheet
from dashboard.pages.detectors import detectors_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.sheets import period_asked
from dashboard.views.zones import in_own_zone
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards.detectors import DetectorLine, DetectorsPage
    from dashboard.display.sheets import Sheet
    from dashboard.views.access import PersonRequest


@require_safe
@page
@in_own_zone
def detectors(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what was found in the period that the address names."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="detectors", fleet=fleet)
    return render(request, "detectors/index.html", {"shell": shell, "detectors": card})


@require_safe
@fragment
@in_own_zone
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    return render(request, "detectors/body.html", {"detectors": _card(request, fleet)})


def sheet(request: PersonRequest, fleet: str) -> Sheet[DetectorLine]:
    """Return the detectors in the period that the address names.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a period nobody understands.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    now = clock_now()
    return detector_sheet(found, period_asked(request, now=now), now=now)


def _card(request: PersonRequest, slug: str) -> DetectorsPage:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    now = clock_now()
    return detectors_page(fleet, period_read(request.GET, now=now), ranges=RANGES, now=now)
