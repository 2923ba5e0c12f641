"""What each cell of a fleet's matrix holds up, and what that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.period import RANGES, period_read
from dashboard.pages.matrix import matrix_page
from dashboard.pages.matrix_sheet import matrix_sheet
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.sheets import period_asked
from dashboard.views.zones import in_own_zone
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards.matrix import MatrixPage
    from dashboard.display.sheets import Sheet
    from dashboard.pages.matrix_sheet import Line
    from dashboard.views.access import PersonRequest


@require_safe
@page
@in_own_zone
def matrix(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the matrix in the period that the address names."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="matrix", fleet=fleet)
    return render(request, "matrix/index.html", {"shell": shell, "matrix": card})


@require_safe
@fragment
@in_own_zone
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    return render(request, "matrix/body.html", {"matrix": _card(request, fleet)})


def sheet(request: PersonRequest, fleet: str) -> Sheet[Line]:
    """Return the cells of the period that the address names.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a period nobody understands.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    return matrix_sheet(found, period_asked(request, now=clock_now()))


def _card(request: PersonRequest, slug: str) -> MatrixPage:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    now = clock_now()
    return matrix_page(fleet, period_read(request.GET, now=now), ranges=RANGES, now=now)
