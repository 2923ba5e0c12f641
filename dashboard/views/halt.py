"""The halt of a fleet: two clicks, the reason afterwards, the end guarded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.display.figures import plural
from dashboard.forms.control import control_read
from dashboard.pages.first import named_refusal
from dashboard.pages.halt import TypedHalt, halts_for
from dashboard.pages.shell import fleet_mode, shell_for
from dashboard.views.access import form_of, form_only, fragment, page
from dashboard.views.posting import effect, made_once, not_recorded, posted, refusal_answer
from governance.api.problems import kind_of
from governance.selectors.people import fleet_for_person, fleets_of
from governance.services.halting import Halted, halt_begin, halt_end, halt_explain

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError

    Service = Callable[..., Halted]


@require_safe
@fragment
def halts(request: PersonRequest) -> HttpResponse:
    """Draw the halts of the person's fleets, or of one of them, for an open page."""
    seats = fleets_of(user=request.user)
    slug = request.GET.get("fleet", "")
    one = next((fleet for fleet, _ in seats if fleet.slug == slug), None)
    context = {"halts": halts_for(seats, fleet=slug), "at": fleet_mode(one) if one else None}
    return render(request, "fleet/halts_piece.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def halt(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Halt the fleet; a plain look shows whether it is halted."""
    if request.method == "POST":
        return _answer(request, fleet, halt_begin, _running_words)
    return _page(request, fleet)


@form_only
def explain(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Give the reason of a halt that began without one."""
    return _answer(request, fleet, halt_explain, lambda _: "The reason is on record.")


@form_of("fleet-halt")
def resume(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """End the halt."""
    return _answer(request, fleet, halt_end, lambda _: "Waiting and approved tasks go on.")


@page
def _page(request: PersonRequest, slug: str) -> HttpResponse:
    fleet_for_person(user=request.user, slug=slug)
    shell = shell_for(request.user, here="halt", fleet=slug, live=False)
    return render(request, "fleet/halt.html", {"shell": shell})


def _answer(
    request: HttpRequest, slug: str, service: Service, then: Callable[[Halted], str]
) -> HttpResponseBase:
    return posted(
        request,
        page=reverse("fleet-halt", kwargs={"fleet": slug}),
        make=lambda person: _made(person, slug, service, then),
        refuse=lambda person, error: _refused(person, error, slug),
    )


def _made(
    request: PersonRequest, slug: str, service: Service, then: Callable[[Halted], str]
) -> HttpResponse:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    form = control_read(request)

    def call() -> JsonResponse:
        done = service(fleet=fleet, user=request.user, reason=form.reason)
        return effect(done.at, then(done), in_force=service is not halt_explain)

    return made_once(request, form.sha256, call)


def _refused(request: PersonRequest, error: RefusalError, slug: str) -> HttpResponseBase:
    named_refusal(error)

    def draw() -> HttpResponse:
        reason = request.POST.get("reason", "")
        typed = TypedHalt(fleet=slug, reason=reason, problem=not_recorded(error))
        cards = halts_for(fleets_of(user=request.user), fleet=slug, typed=typed)
        shell = replace(shell_for(request.user, here="halt", fleet=slug, live=False), halts=cards)
        return render(request, "fleet/halt.html", {"shell": shell}, status=kind_of(error).status)

    return refusal_answer(request, error, draw)


def _running_words(done: Halted) -> str:
    if not done.running:
        return "No task was running."
    verb = "was" if done.running == 1 else "were"
    return (
        f"{plural(done.running, 'task')} {verb} running;"
        f" {'it is' if done.running == 1 else 'they are'} told to stop at the next heartbeat."
    )
