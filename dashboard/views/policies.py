"""The versions of a fleet's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.pages.policies import policies_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import page
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.views.access import PersonRequest

_DIGITS = 9


@require_safe
@page
def policies(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what each version of the policy changed, and what was seen before and after it."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    below = request.GET.get("below", "")
    is_number = below.isascii() and below.isdigit() and len(below) <= _DIGITS
    card = policies_page(found, below=int(below) if is_number else None, now=clock_now())
    shell = shell_for(request.user, here="policies", fleet=fleet, live=False)
    return render(request, "policies/index.html", {"shell": shell, "policies": card})
