"""The event log of a fleet as a page and as files, and the page of one event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.events import events_read, names_wanted
from dashboard.forms.moments import Misread
from dashboard.pages.event_log import EventsAsked, event_log, event_sheet
from dashboard.pages.event_page import event_page
from dashboard.pages.shell import shell_for
from dashboard.pages.trend_marks import names_of_kind
from dashboard.views.access import page
from dashboard.views.sheets import misread_refused
from dashboard.views.zones import in_own_zone
from governance.refusals import MissingError
from governance.selectors.agents import agent_get
from governance.selectors.event_log import event_get
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards.events import EventRow
    from dashboard.display.sheets import Sheet
    from dashboard.forms.events import EventsForm
    from dashboard.views.access import PersonRequest
    from governance.models import Event, Fleet


@require_safe
@page
@in_own_zone
def events(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what happened, the newest first, as the address narrows it."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    form = events_read(request.GET)
    asked, misread = _asked(found, form)
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
    asked, misread = _asked(found, events_read(request.GET))
    misread_refused(misread)
    return event_sheet(found, asked)


def _asked(fleet: Fleet, form: EventsForm) -> tuple[EventsAsked, list[Misread]]:
    """Return which events are wanted, and what of the form nobody understands."""
    misread = list(form.misread)
    names = names_wanted(form.name) if form.name else None
    if form.kind:
        of_kind = names_of_kind(form.kind)
        names = of_kind if names is None else of_kind & names
    agent = None
    if form.agent:
        try:
            agent = agent_get(fleet=fleet, external_id=form.agent)
        except MissingError:
            allowed = "the external id of an agent of this fleet"
            misread.append(Misread(field="agent", value=form.agent, allowed=allowed))
    return EventsAsked(names=names, agent=agent, since=form.since, until=form.until), misread
