"""Incidents: their list, one with its tree, and what a person says of what is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dashboard.forms.control import control_read
from dashboard.pages.cascades import NOTHING_TYPED, cascade_list, cascade_page
from dashboard.pages.controls import Seat
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.posting import effect, made_once, not_recorded, posted, refusal_answer
from governance.api.problems import kind_of
from governance.domain.cascade import HeldChoice
from governance.refusals import InvalidFieldError
from governance.selectors.cascades import cascade_get
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.services.cascades import cascade_close, cascade_task_settle

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.pages.cascades import Typed
    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError

_THEN = {
    HeldChoice.RESUME: "The task may start.",
    HeldChoice.CANCEL: "The task has ended.",
    HeldChoice.RERUN: "The task has ended; its caller is told to ask again.",
}
CLOSE = "close"


@require_safe
@page
def cascades(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the fleet's incidents and what is watched."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    listed = cascade_list(found, now=clock_now())
    shell = shell_for(request.user, here="cascades", fleet=fleet)
    return render(request, "cascade/index.html", {"shell": shell, "cascades": listed})


@require_safe
@fragment
def list_parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the list alone, as a fresh snapshot for an open page."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    listed = cascade_list(found, now=clock_now())
    return render(request, "cascade/list.html", {"cascades": listed})


@require_safe
@page
def cascade(request: PersonRequest, fleet: str, cascade_id: UUID) -> HttpResponse:
    """Show one incident: its numbers, its tree, what is held and what is not."""
    return _answer(request, fleet, cascade_id)


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str, cascade_id: UUID) -> HttpResponse:
    """Draw the incident's parts alone, as a fresh snapshot for an open page."""
    seat = _seated(request, fleet, cascade_id)
    return render(request, "cascade/body.html", {"cascade": cascade_page(cascade_id, seat)})


@require_POST
def settle(request: HttpRequest, fleet: str, cascade_id: UUID, task_id: UUID) -> HttpResponseBase:
    """Record what becomes of one held task, once for each Idempotency-Key."""
    return posted(
        request,
        page=reverse("cascade", kwargs={"fleet": fleet, "cascade_id": cascade_id}),
        part="#held",
        make=lambda person: _settled(person, fleet, cascade_id, task_id),
        refuse=lambda person, error: _refused(person, error, fleet, cascade_id, str(task_id)),
    )


@require_POST
def close(request: HttpRequest, fleet: str, cascade_id: UUID) -> HttpResponseBase:
    """Close an incident that holds nothing, once for each Idempotency-Key."""
    return posted(
        request,
        page=reverse("cascade", kwargs={"fleet": fleet, "cascade_id": cascade_id}),
        make=lambda person: _closed(person, fleet, cascade_id),
        refuse=lambda person, error: _refused(person, error, fleet, cascade_id, CLOSE),
    )


def _settled(request: PersonRequest, slug: str, cascade_id: UUID, task_id: UUID) -> HttpResponse:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    form = control_read(request)
    if form.control not in HeldChoice.__members__.values():
        raise InvalidFieldError(
            "control must be one of the form's.",
            field="control",
            value=form.control,
            allowed=", ".join(HeldChoice),
        )
    choice = HeldChoice(form.control)

    def call() -> JsonResponse:
        cascade_task_settle(
            fleet=fleet,
            cascade_id=cascade_id,
            task_id=task_id,
            choice=choice,
            user=request.user,
            reason=form.reason,
        )
        return effect(clock_now(), _THEN[choice], in_force=False)

    return made_once(request, form.sha256, call)


def _closed(request: PersonRequest, slug: str, cascade_id: UUID) -> HttpResponse:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    form = control_read(request)

    def call() -> JsonResponse:
        cascade_close(fleet=fleet, cascade_id=cascade_id, user=request.user, reason=form.reason)
        return effect(clock_now(), "The incident is over.", in_force=False)

    return made_once(request, form.sha256, call)


def _refused(
    request: PersonRequest, error: RefusalError, fleet: str, cascade_id: UUID, what: str
) -> HttpResponseBase:
    def draw() -> HttpResponse:
        typed = (what, request.POST.get("reason", ""), not_recorded(error))
        return _answer(request, fleet, cascade_id, typed=typed, status=kind_of(error).status)

    return refusal_answer(request, error, draw)


def _answer(
    request: PersonRequest,
    slug: str,
    cascade_id: UUID,
    *,
    typed: Typed = NOTHING_TYPED,
    status: int = 200,
) -> HttpResponse:
    seat = _seated(request, slug, cascade_id)
    card = cascade_page(cascade_id, seat, typed=typed)
    shell = shell_for(request.user, here="cascades", fleet=slug)
    return render(request, "cascade/page.html", {"shell": shell, "cascade": card}, status=status)


def _seated(request: PersonRequest, slug: str, cascade_id: UUID) -> Seat:
    """Return who looks; the fleet is read before anything else of the page."""
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    cascade_get(fleet=fleet, cascade_id=cascade_id)
    return Seat(fleet=fleet, role=role, user=request.user, now=clock_now())
