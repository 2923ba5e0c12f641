"""Whether a fleet's log still says what was written: the page, a check by hand, the export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.moments import Misread
from dashboard.forms.period import period_read
from dashboard.pages.integrity import integrity_page
from dashboard.pages.integrity_sheet import check_sheet
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, fragment, page
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from dashboard.views.sheets import misread_refused
from dashboard.views.streaming import file_streamed
from governance.selectors.clock import clock_now
from governance.selectors.log_export import log_export
from governance.selectors.people import fleet_for_person
from governance.services.log_checks import log_check_ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.display.sheets import Sheet
    from dashboard.views.access import PersonRequest
    from governance.models import LogCheck


# What narrows the event log, beside a period.
_OF_EVENTS = ("kind", "name", "agent", "actor", "object", "which", "bookkeeping")


@require_safe
@page
def integrity(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show how far the log is sealed, and what checks of it found."""
    return _drawn(request, fleet)


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    card = integrity_page(seated(request, fleet))
    return render(request, "integrity/body.html", {"integrity": card})


def sheet(request: PersonRequest, fleet: str) -> Sheet[LogCheck]:
    """Return every check of the fleet's log.

    Raises:
        MissingError: for a fleet the person is not in.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    return check_sheet(found)


@require_safe
@fragment
def export(request: PersonRequest, fleet: str) -> HttpResponseBase:
    """Send the events with their seals, whole or of the period the address names."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    misread_refused(_filters(request))
    since = until = None
    if "from" in request.GET or "range" in request.GET:
        period = period_read(request.GET, now=clock_now())
        misread_refused(period.misread)
        since, until = period.since, period.until
    lines = log_export(fleet=found, since=since, until=until)
    name = f"{found.slug}-log.jsonl"
    return file_streamed(request, lines, name=name, content_type="application/jsonl")


def _filters(request: PersonRequest) -> Iterator[Misread]:
    """Yield what would leave events out: an export with gaps passes for a log that was changed."""
    for name in _OF_EVENTS:
        if value := request.GET.get(name, ""):
            allowed = "nothing here: an export is whole within its period"
            yield Misread(field=name, value=value, allowed=allowed)


@form_only
def verify(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Ask for a check of the whole log, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)

        def call() -> JsonResponse:
            asked = log_check_ask(fleet=found, user=person.user)
            return effect(asked.asked_at, "What it finds stands on this page.", in_force=False)

        return made_once(person, "verify", call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        return _drawn(person, fleet, problem=refused.problem, status=refused.status)

    address = reverse("fleet-integrity", kwargs={"fleet": fleet})
    return posted(request, page=address, make=make, refuse=drawn_again(again))


def _drawn(
    request: PersonRequest, slug: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "shell": shell_for(request.user, here="integrity", fleet=slug),
        "integrity": integrity_page(seated(request, slug), problem=problem),
    }
    return render(request, "integrity/index.html", context, status=status)
