"""What was drawn for people to check in a fleet, and what they said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.moments import Misread
from dashboard.forms.period import RANGES, period_read
from dashboard.pages.audit_sheet import audit_sheet
from dashboard.pages.audits import audits_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.sheets import misread_refused
from dashboard.views.zones import in_own_zone
from governance.selectors.audits import AuditStanding
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpResponse

    from dashboard.cards.audits import AuditsPage
    from dashboard.display.sheets import Sheet
    from dashboard.forms.period import Period
    from dashboard.views.access import PersonRequest
    from governance.models import Audit


@require_safe
@page
@in_own_zone
def audits(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the audits of the period and standing that the address names."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="audits", fleet=fleet)
    return render(request, "audits/index.html", {"shell": shell, "audits": card})


@require_safe
@fragment
@in_own_zone
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    return render(request, "audits/body.html", {"audits": _card(request, fleet)})


def sheet(request: PersonRequest, fleet: str) -> Sheet[Audit]:
    """Return the audits of the period and standing that the address names.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a period or a standing nobody understands.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    period, standing = _read(request, clock_now())
    misread_refused(period.misread)
    return audit_sheet(found, period, standing)


def _card(request: PersonRequest, slug: str) -> AuditsPage:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    now = clock_now()
    period, standing = _read(request, now)
    return audits_page(fleet, period, standing, ranges=RANGES, now=now)


def _read(request: PersonRequest, now: datetime) -> tuple[Period, AuditStanding | None]:
    """Return period and standing of an address; what was not understood is said with the period."""
    period, asked = period_read(request.GET, now=now), request.GET.get("standing", "")
    if not asked or asked in list(AuditStanding):
        return period, AuditStanding(asked) if asked else None
    wrong = Misread(field="standing", value=asked, allowed=", ".join(AuditStanding))
    return replace(period, misread=(*period.misread, wrong)), None
