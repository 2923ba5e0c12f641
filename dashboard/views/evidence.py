"""What stands behind the defaults, and this fleet's own figures beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.period import RANGES, period_read
from dashboard.pages.evidence import evidence_page
from dashboard.pages.evidence_sheet import fields_sheet, figures_sheet
from dashboard.pages.shell import shell_for
from dashboard.views.access import page
from dashboard.views.sheets import period_asked
from dashboard.views.zones import in_own_zone
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

# Figures accumulate, so the longest range is the usual.
USUAL = "90d"

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.display.sheets import Sheet
    from dashboard.pages.evidence_sheet import FigureRow
    from dashboard.views.access import PersonRequest
    from governance.domain.policy.plain import PolicyField


@require_safe
@page
@in_own_zone
def evidence(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the claims with this fleet's figures in the period that the address names."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    now = clock_now()
    period = period_read(request.GET, now=now, usual=USUAL)
    card = evidence_page(found, period, ranges=RANGES, now=now)
    shell = shell_for(request.user, here="evidence", fleet=fleet, live=False)
    return render(request, "evidence/index.html", {"shell": shell, "evidence": card})


def figures(request: PersonRequest, fleet: str) -> Sheet[FigureRow]:
    """Return the figures of the period that the address names.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a period nobody understands.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    return figures_sheet(found, period_asked(request, now=clock_now(), usual=USUAL))


def fields(request: PersonRequest, fleet: str) -> Sheet[PolicyField]:
    """Return the fields of the policy in force.

    Raises:
        MissingError: for a fleet the person is not in.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    return fields_sheet(found)
