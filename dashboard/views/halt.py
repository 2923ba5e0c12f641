"""The halt of a fleet: two clicks, the reason afterwards, the end guarded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.display.figures import plural
from dashboard.forms.control import control_read
from dashboard.forms.decision import key_read
from dashboard.pages.first import named_refusal
from dashboard.pages.halt import TypedHalt, halts_for
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, never_stored, request_of_person, signed_out, wants_json
from dashboard.views.controls import effect
from governance.api.idempotency import answer_once
from governance.api.problems import kind_of, problem_of
from governance.refusals import MissingError, RefusalError
from governance.selectors.people import fleet_for_person, fleets_of
from governance.services.halting import Halted, halt_begin, halt_end, halt_explain

if TYPE_CHECKING:
    from django.http import HttpResponse, JsonResponse

    from dashboard.views.access import PersonRequest

    Service = Callable[..., Halted]


@require_safe
@fragment
def halts(request: PersonRequest) -> HttpResponse:
    """Draw the halts of the person's fleets, or of one of them, for an open page."""
    seats = fleets_of(user=request.user)
    cards = halts_for(seats, fleet=request.GET.get("fleet", ""))
    return render(request, "fleet/halts_piece.html", {"halts": cards})


@require_http_methods(["GET", "HEAD", "POST"])
def halt(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Halt the fleet; a plain look shows whether it is halted."""
    if request.method == "POST":
        return _answer(request, fleet, halt_begin, _running_words)
    return _page(request, fleet)


@require_POST
def explain(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Give the reason of a halt that began without one."""
    return _answer(request, fleet, halt_explain, lambda _: "The reason is on record.")


@require_POST
def resume(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """End the halt."""
    return _answer(request, fleet, halt_end, lambda _: "Waiting and approved tasks go on.")


def _page(request: HttpRequest, slug: str) -> HttpResponseBase:
    signed_in = request_of_person(request)
    if signed_in is None:
        return redirect_to_login(request.get_full_path())
    try:
        fleet_for_person(user=signed_in.user, slug=slug)
    except MissingError as error:
        raise Http404(error.sentence) from error
    shell = shell_for(signed_in.user, here="halt", fleet=slug)
    return never_stored(render(request, "fleet/halt.html", {"shell": shell}))


def _answer(
    request: HttpRequest, slug: str, service: Service, then: Callable[[Halted], str]
) -> HttpResponseBase:
    page = reverse("fleet-halt", kwargs={"fleet": slug})
    signed_in = request_of_person(request)
    if signed_in is None:
        stranger = problem_of(signed_out()) if wants_json(request) else redirect_to_login(page)
        return never_stored(stranger)
    try:
        made = _made(signed_in, slug, service, then)
    except RefusalError as error:
        return never_stored(_refused(signed_in, error, slug))
    return never_stored(made if wants_json(request) else redirect(page))


def _made(
    request: PersonRequest, slug: str, service: Service, then: Callable[[Halted], str]
) -> HttpResponseBase:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    form = control_read(request)

    def call() -> JsonResponse:
        done = service(fleet=fleet, user=request.user, reason=form.reason)
        return effect(done.at, then(done), in_force=service is not halt_explain)

    return answer_once(
        principal=f"user:{request.user.pk}",
        route=f"POST {request.path}",
        key=key_read(request),
        body_sha256=form.sha256,
        call=call,
    )


def _refused(request: PersonRequest, error: RefusalError, slug: str) -> HttpResponseBase:
    named_refusal(error)
    if wants_json(request):
        return problem_of(error)
    if isinstance(error, MissingError):
        raise Http404(error.sentence)
    typed = TypedHalt(
        fleet=slug,
        reason=request.POST.get("reason", ""),
        problem=f"Not recorded. {error.sentence}",
    )
    cards = halts_for(fleets_of(user=request.user), fleet=slug, typed=typed)
    shell = replace(shell_for(request.user, here="halt", fleet=slug), halts=cards)
    return render(request, "fleet/halt.html", {"shell": shell}, status=kind_of(error).status)


def _running_words(done: Halted) -> str:
    if not done.running:
        return "No task was running."
    verb = "was" if done.running == 1 else "were"
    return (
        f"{plural(done.running, 'task')} {verb} running;"
        f" {'it is' if done.running == 1 else 'they are'} told to stop at the next heartbeat."
    )
