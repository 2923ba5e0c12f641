"""What a fleet keeps and for how long; removing what is past its time, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.control import control_read
from dashboard.pages.retention import RetentionTyped, retention_page
from dashboard.pages.retention_sheet import retention_sheet
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, fragment, page
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from dashboard.views.streaming import bytes_streamed
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.selectors.retention_runs import retention_live
from governance.services.retention import (
    retention_agree,
    retention_ask,
    retention_cancel,
    retention_decline,
    retention_propose,
)
from governance.services.retention_archive import retention_export

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.display.sheets import Sheet
    from dashboard.views.access import PersonRequest
    from governance.models import Fleet, RetentionRun

_REASONED: Mapping[str, tuple[Callable[..., RetentionRun], str]] = {
    "propose": (retention_propose, "A second admin is waited for."),
    "decline": (retention_decline, "The removal may be proposed again."),
    "cancel": (retention_cancel, "Nothing more is removed."),
}
MOVES = ("begin", "export", "agree", *_REASONED)


@require_safe
@page
def retention(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show how long what is kept, and the removal that goes on."""
    return _drawn(request, fleet)


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the parts alone, as a fresh snapshot for an open page."""
    card = retention_page(seated(request, fleet))
    return render(request, "retention/body.html", {"retention": card})


def sheet(request: PersonRequest, fleet: str) -> Sheet[RetentionRun]:
    """Return the removals that are over.

    Raises:
        MissingError: for a fleet the person is not in.
    """
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    return retention_sheet(found)


@form_only
def move(request: HttpRequest, fleet: str, move: str) -> HttpResponseBase:
    """Take the next step of a removal, once for each Idempotency-Key; an export is a file."""
    if move not in MOVES:
        raise Http404(f"A removal has no step {move}.")

    def make(person: PersonRequest) -> HttpResponseBase:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        form = control_read(person)
        if move == "export":
            return _archive(person, found)

        def call() -> JsonResponse:
            return _moved(person, found, move, form.reason)

        return made_once(person, form.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = RetentionTyped(problem=refused.problem, reason=person.POST.get("reason", ""))
        return _drawn(person, fleet, typed=typed, status=refused.status)

    address = reverse("fleet-retention", kwargs={"fleet": fleet})
    stays = move == "export"
    return posted(request, page=address, make=make, refuse=drawn_again(again), stays=stays)


def _moved(person: PersonRequest, fleet: Fleet, move: str, reason: str) -> JsonResponse:
    if move == "begin":
        retention_ask(fleet=fleet, user=person.user)
        return effect(clock_now(), "A worker counts what would go.", in_force=False)
    about: dict[str, Any] = {"fleet": fleet, "user": person.user, "number": _number(person, fleet)}
    if move == "agree":
        retention_agree(**about)
        return effect(clock_now(), "How far it is stands on this page.", in_force=False)
    service, then = _REASONED[move]
    service(**about, reason=reason)
    return effect(clock_now(), then, in_force=False)


def _archive(person: PersonRequest, fleet: Fleet) -> HttpResponseBase:
    number = _number(person, fleet)
    sent = retention_export(fleet=fleet, user=person.user, number=number)
    name = f"retention-{fleet.slug}-{number}-{clock_now():%Y%m%dT%H%M%SZ}.zip"
    return bytes_streamed(person, sent, name=name, content_type="application/zip")


def _number(person: PersonRequest, fleet: Fleet) -> int:
    """Return the number of the removal that goes on, if it is the one the person read about."""
    live = retention_live(fleet=fleet)
    if live is None:
        raise ConflictError("No removal goes on: it is over by now.", code="retention_state")
    read = person.POST.get("number", "")
    if read != str(live.number):
        raise ConflictError(
            f"Removal {live.number} goes on by now, which is another one than you read about.",
            code="retention_state",
            field="number",
            value=read,
            allowed=str(live.number),
        )
    return live.number


def _drawn(
    request: PersonRequest, slug: str, *, typed: RetentionTyped | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "shell": shell_for(request.user, here="retention", fleet=slug),
        "retention": retention_page(seated(request, slug), typed),
    }
    return render(request, "retention/index.html", context, status=status)
