"""What happened in a fleet in a week, and who is mailed that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.pages.report import report_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, page
from dashboard.views.posting import posted
from escalations.services.reports import reports_ask
from governance.api.problems import problem_of
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.views.access import PersonRequest


@require_safe
@page
def report(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the week that the address names, or the last one that has ended."""
    found, role = fleet_for_person(user=request.user, slug=fleet)
    card = report_page(found, request.user, role, request.GET.get("week", ""), now=clock_now())
    shell = shell_for(request.user, here="report", fleet=fleet, live=False)
    return render(request, "report/index.html", {"shell": shell, "report": card})


@form_only
def reports(request: HttpRequest) -> HttpResponseBase:
    """Set of which fleets the person is mailed the report; sent again it changes nothing more."""

    def make(person: PersonRequest) -> HttpResponseBase:
        asked = reports_ask(user=person.user, slugs=person.POST.getlist("fleet"))
        return JsonResponse({"ok": True, "fleets": sorted(asked)})

    return posted(
        request,
        page=reverse("account"),
        make=make,
        # No form of a page sends anything else, so there is no page to draw again.
        refuse=lambda _, error: problem_of(error),
        part="#reports",
    )
