"""One answer for many tickets: the form, the question before it counts, what became of each."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.cards import FieldError
from dashboard.forms.decision import key_read
from dashboard.forms.together import Selected, groups_read, selected_read, together_read
from dashboard.pages.panel import Typed
from dashboard.pages.shell import shell_for
from dashboard.pages.together import TogetherPlace, together_asked, together_page
from dashboard.pages.together_results import together_results
from dashboard.views.access import page, wants_json
from dashboard.views.posting import (
    made_before,
    made_once,
    not_recorded,
    posted,
    refusal_answer,
)
from dashboard.views.refused import FORM_FIELDS
from dashboard.views.seats import seats_named, url_named
from dashboard.views.tickets import OFF_BY_NOW
from escalations.domain.together import name_read
from escalations.services.one_by_one import Answered
from escalations.services.together import tickets_decide, together_places
from governance.api.idempotency import HEADER
from governance.api.problems import kind_of
from governance.refusals import ConflictError, UnavailableError
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.cards.together import TogetherPage
    from dashboard.forms.together import TogetherSent
    from dashboard.views.access import PersonRequest
    from escalations.domain.together import TicketName
    from governance.refusals import RefusalError

_LOST = "No answer of the server is known for it. It waits, or was decided: look before you retry."


@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest, fleet: str = "") -> HttpResponseBase:
    """Show the selected tickets with the one form for all of them, or take what it sends."""
    return _sent(request, fleet) if request.method == "POST" else _asked(request, fleet)


@require_safe
@page
def results(request: PersonRequest, key: str, fleet: str = "") -> HttpResponse:
    """Show what became of each ticket of one answer, for a day."""
    url = url_named("together", fleet)
    (kept,) = made_before(request, url, key, [""])
    if kept is None:
        message = f"There is no answer of yours with the key {key}."
        raise Http404(message)
    names = [name_read(text) for text in kept["names"]]
    told = _told(request, url, key, names)
    place = _place(request, fleet, results_url=request.path)
    card = together_results(
        place,
        told=told,
        code=kept["reason_code"],
        text=kept["reason_text"],
        # What is kept from an older release names no groups.
        selected=Selected(names=tuple(names), beyond=groups_read(kept.get("beyond", ()), [])),
    )
    return _drawn(request, fleet, card)


@page
def _asked(request: PersonRequest, fleet: str) -> HttpResponse:
    card = together_page(_place(request, fleet), selected=selected_read(request.GET))
    return _drawn(request, fleet, card)


def _sent(request: HttpRequest, fleet: str) -> HttpResponseBase:
    # A script asks before it sends; a browser's own form is asked by the page that answers it.
    is_confirmed = wants_json(request) or request.POST.get("confirmed") == "yes"

    def make(person: PersonRequest) -> HttpResponseBase:
        place = _place(person, fleet)
        sent = together_read(person)
        if is_confirmed:
            return _recorded(person, place, sent)
        again = _again(person, place, _typed(person), sent.key)
        if person.POST.get("confirmed") == "no":
            return _drawn(person, fleet, again)
        together_places(answer=sent.answer, fleet_ids=_fleet_ids(place))
        asked = together_asked(again, sent.answer.choice)
        if asked.question is None:
            raise ConflictError(OFF_BY_NOW, code="move_not_possible")
        return _drawn(person, fleet, asked)

    return posted(
        request,
        page=_next(request, fleet, is_confirmed=is_confirmed),
        make=make,
        refuse=lambda person, error: _refused(person, fleet, error),
        stays=not is_confirmed,
    )


def _recorded(request: PersonRequest, place: TogetherPlace, sent: TogetherSent) -> JsonResponse:
    """Give the answer to each ticket, each once for this key, and say what became of them.

    What was sent is kept first: a repeat that carries something else is refused before it does
    anything, and the results know every ticket, even if this process dies among them.
    """
    answer, key = sent.answer, sent.key
    fleet_ids = _fleet_ids(place)
    together_places(answer=answer, fleet_ids=fleet_ids)
    names = [str(name) for name in answer.ordered]
    kept = {
        "names": names,
        "reason_code": answer.reason_code,
        "reason_text": answer.reason_text,
        "beyond": request.POST.getlist("beyond"),
    }
    made_once(request, sent.sha256, lambda: JsonResponse(kept))

    def once(name: TicketName, call: Callable[[], Answered]) -> Answered:
        made = made_once(request, sent.sha256, lambda: JsonResponse(dict(call())), part=_part(name))
        return cast("Answered", json.loads(made.content))

    told = tickets_decide(
        user=request.user, answer=answer, fleet_ids=fleet_ids, via="browser", once=once
    )
    return JsonResponse(
        {
            "ok": True,
            "recorded_at": clock_now().isoformat(),
            "url": _results_url(place, key),
            "tickets": told,
        }
    )


def _told(request: PersonRequest, url: str, key: str, names: list[TicketName]) -> list[Answered]:
    """Return what is kept of each ticket's answer, and that nothing is where a process died."""
    kept = made_before(request, url, key, [_part(name) for name in names])
    return [
        cast("Answered", made)
        if made is not None
        else Answered(
            fleet=name.fleet, number=name.number, version=name.version, recorded=False,
            at="", code="unknown", sentence=_LOST,
        )
        for name, made in zip(names, kept, strict=True)
    ]  # fmt: skip


def _refused(request: PersonRequest, fleet: str, error: RefusalError) -> HttpResponseBase:
    if error.code == "idempotency_key_in_flight":
        # The first request may yet be recorded, so "try again" is right.
        error = UnavailableError(error.sentence, code=error.code)
    field = error.field if error.field in FORM_FIELDS else ""
    message = error.sentence if field else not_recorded(error)

    def draw() -> HttpResponse:
        # The same key where nothing is known to be recorded under it, or all of it is the same.
        key = "" if error.field == HEADER else key_read(request)
        errors = (FieldError(field=field, message=message),)
        typed = replace(_typed(request), errors=errors)
        card = _again(request, _place(request, fleet), typed, key)
        return _drawn(request, fleet, card, status=kind_of(error).status)

    return refusal_answer(request, error, draw)


def _again(request: PersonRequest, place: TogetherPlace, typed: Typed, key: str) -> TogetherPage:
    """Return the page with the tickets that the form carried, and with what was typed."""
    return together_page(place, selected=selected_read(request.POST), typed=typed, key=key)


def _typed(request: PersonRequest) -> Typed:
    return Typed(code=request.POST.get("reason_code", ""), text=request.POST.get("reason_text", ""))


def _drawn(
    request: PersonRequest, fleet: str, card: TogetherPage, *, status: int = 200
) -> HttpResponse:
    shell = shell_for(request.user, here="queue", fleet=fleet)
    context = {"shell": shell, "together": card}
    return render(request, "together/index.html", context, status=status)


def _next(request: HttpRequest, fleet: str, *, is_confirmed: bool) -> str:
    """Return where a browser goes on to: the results, or, to send it again, the same tickets."""
    key = request.POST.get("idempotency_key", "")
    if is_confirmed and key.isascii() and request.user.is_authenticated:
        return f"{url_named('together', fleet)}{key}/"
    fields = {name: request.POST.getlist(name) for name in ("tickets", "beyond")}
    query = urlencode(fields, doseq=True, safe="/")
    return f"{url_named('together', fleet)}?{query}"


def _place(request: PersonRequest, fleet: str, *, results_url: str = "") -> TogetherPlace:
    """Return where the page stands; the fleets are read before anything else of it."""
    return TogetherPlace(
        user=request.user,
        seats=seats_named(request, fleet),
        url=url_named("together", fleet),
        queue_url=url_named("queue", fleet),
        results_url=results_url,
    )


def _results_url(place: TogetherPlace, key: str) -> str:
    return f"{place.url}{key}/"


def _fleet_ids(place: TogetherPlace) -> list[UUID]:
    return [fleet.pk for fleet, _ in place.seats]


def _part(name: TicketName) -> str:
    return f"{name.fleet}/{name.number}"
