"""The event log of a fleet as a page and as files, and the page of one event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.events import events_read
from dashboard.pages.event_log import event_log, event_sheet
from dashboard.pages.event_page import event_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import page
from dashboard.views.event_filters import events_asked
from dashboard.views.sheets import misread_refused
from dashboard.views.zones import in_own_zone
from governance.selectors.event_log import event_get
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards.events import EventRow
    from dashboard.display.sheets import Sheet
    from dashboard.views.access import PersonRequest
    from governance.models import Event


@require_safe
@page
@in_own_zone
def events(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what happened, the newest first, as the address narrows it."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    form = events_read(request.GET)
    asked, misread = events_asked(found, form)
    card = event_log(found, form, asked, problems=tuple(each.sentence for each in misread))
    shell = shell_for(request.user, here="events", fleet=fleet, live=False)
    return render(request, "events/index.html", {"shell": shell, "events": card})


@require_safe
@page
@in_own_zone
def event(request: PersonRequest, fleet: str, seq: int) -> HttpResponse:
    """Show one event, with the way back that the address names."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    card = event_page(found, event_get(fleet=found, seq=seq), back=request.GET.get("back", ""))
    shell = shell_for(request.user, here="events", fleet=fleet, live=False)
    return render(request, "events/page.html", {"shell": shell, "event": card})


def sheet(request: PersonRequest, fleet: str) -> Sheet[tuple[Event, EventRow]]:
    """Return every event that the address narrows the log to.

    Raises:
        MissingError: for a fleet the person is not in.
        InvalidFieldError: for a filter nobody understands.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    asked, misread = events_asked(found, events_read(request.GET))
    misread_refused(misread)
    return event_sheet(found, asked)
