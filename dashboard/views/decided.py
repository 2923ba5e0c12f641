"""The log of settled tickets as a page and as files, of one or of all of a person's fleets."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.display.sheets import Sheet
from dashboard.forms.decided import decided_read
from dashboard.pages.decided import decided_page
from dashboard.pages.shell import shell_for
from dashboard.pages.unstarted import unstarted_page
from dashboard.views.access import page
from dashboard.views.seats import files_named, seats_named, url_named
from dashboard.views.sheets import misread_refused
from escalations.selectors.ended_records import FIELDS, ended_records
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.views.access import PersonRequest


@require_safe
@page
def decided(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Show what was decided, what expired and what was withdrawn, as the address narrows it."""
    form = decided_read(request.GET)
    card = decided_page(
        request.user,
        seats_named(request, fleet),
        form,
        url=url_named("decided", fleet),
        files=files_named("decided", "decided tickets", fleet, address=form.address),
        unstarted_url=url_named("unstarted", fleet),
    )
    shell = shell_for(request.user, here="decided", fleet=fleet, live=False)
    return render(request, "decided/index.html", {"shell": shell, "decided": card})


def sheet(request: PersonRequest, fleet: str = "") -> Sheet[dict[str, Any]]:
    """Return all votes on what ended, as the address narrows it.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a filter nobody understands.
    """
    fleet_ids = [each.pk for each, _ in seats_named(request, fleet)]
    form = decided_read(request.GET)
    misread_refused(form.misread)
    return Sheet(
        name="decided",
        fleet=fleet,
        columns={name: itemgetter(name) for name in FIELDS},
        rows=ended_records(fleet_ids=fleet_ids, query=form.query, now=clock_now()),
    )


@require_safe
@page
def unstarted(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Show what was approved and has not started."""
    seats = seats_named(request, fleet)
    card = unstarted_page(
        request.user,
        seats,
        decided_url=url_named("decided", fleet),
        files=files_named("unstarted", "approvals not started", fleet),
    )
    shell = shell_for(request.user, here="decided", fleet=fleet, live=False)
    return render(request, "decided/unstarted.html", {"shell": shell, "unstarted": card})
