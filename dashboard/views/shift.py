"""The end of a shift: what a person leaves, and to whom."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.forms.shift import shift_read
from dashboard.pages.shell import shell_for
from dashboard.pages.shift import shift_page
from dashboard.pages.shift_results import shift_results
from dashboard.views.access import page
from dashboard.views.posting import made_before, made_once, not_recorded, posted, refusal_answer
from escalations.domain.together import name_read
from escalations.services.one_by_one import Answered
from escalations.services.shift import leaving_check, tickets_leave
from governance.api.problems import kind_of
from governance.selectors.clock import clock_now
from governance.selectors.people import fleets_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.cards.shift import ShiftPage
    from dashboard.views.access import PersonRequest
    from escalations.domain.together import TicketName
    from governance.refusals import RefusalError

_LOST = "No answer of the server is known for it. Look at the ticket before you try again."


@require_http_methods(["GET", "HEAD", "POST"])
def shift(request: HttpRequest) -> HttpResponseBase:
    """Show what the person would leave behind, or take to whom it goes."""
    if request.method != "POST":
        return _shown(request)
    return posted(
        request,
        page=_next(request),
        make=_left,
        refuse=_refused,
    )


@require_safe
@page
def results(request: PersonRequest, key: str) -> HttpResponse:
    """Show what became of each ticket, for a day."""
    url = reverse("shift")
    (kept,) = made_before(request, url, key, [""])
    if kept is None:
        message = f"You have handed over nothing with the key {key}."
        raise Http404(message)
    names = [name_read(text) for text in kept["names"]]
    made = made_before(request, url, key, [_part(name) for name in names])
    told = [
        cast("Answered", each) if each is not None else _lost(name)
        for name, each in zip(names, made, strict=True)
    ]
    return _drawn(request, shift_results(request.user, told=told, to=kept["to"]))


@page
def _shown(request: PersonRequest) -> HttpResponse:
    return _drawn(request, shift_page(request.user))


def _left(request: PersonRequest) -> JsonResponse:
    """Hand over each ticket, each once for this key, and say what became of them.

    What was sent is kept first, so that the results know every ticket, even if this process dies
    among them.
    """
    sent = shift_read(request)
    leaving = sent.leaving
    leaving_check(leaving)
    kept = {"names": [str(name) for name in leaving.ordered], "to": leaving.to}
    made_once(request, sent.sha256, lambda: JsonResponse(kept))

    def once(name: TicketName, call: Callable[[], Answered]) -> Answered:
        made = made_once(request, sent.sha256, lambda: JsonResponse(dict(call())), part=_part(name))
        return cast("Answered", json.loads(made.content))

    fleet_ids = [fleet.pk for fleet, _ in fleets_of(user=request.user)]
    told = tickets_leave(user=request.user, leaving=leaving, fleet_ids=fleet_ids, once=once)
    url = reverse("shift-results", kwargs={"key": sent.key})
    return JsonResponse(
        {"ok": True, "recorded_at": clock_now().isoformat(), "url": url, "tickets": told}
    )


def _refused(request: PersonRequest, error: RefusalError) -> HttpResponseBase:
    def draw() -> HttpResponse:
        fields = request.POST
        card = shift_page(
            request.user,
            ticked=fields.getlist("tickets"),
            to=fields.get("to", ""),
            note=fields.get("note", ""),
            problem=not_recorded(error),
            wrong=error.field,
        )
        return _drawn(request, card, status=kind_of(error).status)

    return refusal_answer(request, error, draw)


def _lost(name: TicketName) -> Answered:
    return Answered(
        fleet=name.fleet,
        number=name.number,
        version=name.version,
        recorded=False,
        at="",
        code="unknown",
        sentence=_LOST,
    )


def _next(request: HttpRequest) -> str:
    """Return where a browser goes on to: the results, or the page for whoever signs in first."""
    key = request.POST.get("idempotency_key", "")
    if request.user.is_authenticated and key.isascii():
        return f"{reverse('shift')}{key}/"
    return reverse("shift")


def _drawn(request: PersonRequest, card: ShiftPage, *, status: int = 200) -> HttpResponse:
    shell = shell_for(request.user, here="queue", live=False)
    return render(request, "shift/index.html", {"shell": shell, "shift": card}, status=status)


def _part(name: TicketName) -> str:
    return f"{name.fleet}/{name.number}"
