"""The log of settled tickets as a page and as files, of one or of all of a person's fleets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.decided import decided_read
from dashboard.pages.decided import decided_page
from dashboard.pages.decided_export import decided_csv, decided_json, file_name
from dashboard.pages.shell import shell_for
from dashboard.pages.unstarted import unstarted_page
from dashboard.views.access import fragment, page
from dashboard.views.seats import seats_named, url_named
from dashboard.views.streaming import file_streamed
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.http import HttpResponse, HttpResponseBase

    from dashboard.views.access import PersonRequest
    from escalations.selectors.ended import EndedQuery


@require_safe
@page
def decided(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Show what was decided, what expired and what was withdrawn, as the address narrows it."""
    card = decided_page(
        request.user,
        seats_named(request, fleet),
        decided_read(request.GET),
        url=url_named("decided", fleet),
        csv_url=url_named("decided-csv", fleet),
        json_url=url_named("decided-json", fleet),
        unstarted_url=url_named("unstarted", fleet),
    )
    shell = shell_for(request.user, here="decided", fleet=fleet, live=False)
    return render(request, "decided/index.html", {"shell": shell, "decided": card})


@require_safe
@fragment
def as_csv(request: PersonRequest, fleet: str = "") -> HttpResponseBase:
    """Send all that the address narrows it to as a CSV file."""
    fleet_ids, query = _wanted(request, fleet)
    lines = decided_csv(fleet_ids=fleet_ids, query=query)
    return file_streamed(request, lines, name=file_name(fleet, "csv"), content_type="text/csv")


@require_safe
@fragment
def as_json(request: PersonRequest, fleet: str = "") -> HttpResponseBase:
    """Send all that the address narrows it to as a JSON file."""
    fleet_ids, query = _wanted(request, fleet)
    lines = decided_json(fleet_ids=fleet_ids, query=query)
    return file_streamed(
        request, lines, name=file_name(fleet, "json"), content_type="application/json"
    )


def _wanted(request: PersonRequest, fleet: str) -> tuple[Collection[UUID], EndedQuery]:
    """Return which rows a file is to have.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a filter nobody understands: a file with more rows than were asked
            for would pass for what it is not.
    """
    fleet_ids = [each.pk for each, _ in seats_named(request, fleet)]
    form = decided_read(request.GET)
    for misread in form.misread:
        raise InvalidFieldError(
            misread.sentence, field=misread.field, value=misread.value, allowed=misread.allowed
        )
    return fleet_ids, form.query


@require_safe
@page
def unstarted(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Show what was approved and has not started."""
    seats = seats_named(request, fleet)
    card = unstarted_page(request.user, seats, decided_url=url_named("decided", fleet))
    shell = shell_for(request.user, here="decided", fleet=fleet, live=False)
    return render(request, "decided/unstarted.html", {"shell": shell, "unstarted": card})
