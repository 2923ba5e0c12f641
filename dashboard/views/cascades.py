"""Incidents: their list, one with its tree, and what a person says of what is held.

A form of an incident answers its ticket, by the service that decides every ticket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.control import control_read
from dashboard.forms.decision import DecisionForm, ticket_read, version_read
from dashboard.pages.cascades import NOTHING_TYPED, cascade_list, cascade_page
from dashboard.pages.controls import Seat
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, fragment, page
from dashboard.views.posting import effect, made_once, not_recorded, posted, refusal_answer
from escalations.domain.reasons import REASON_OTHER
from escalations.domain.voting import Choice
from escalations.selectors.incident_tickets import cascade_ticket_get
from escalations.services.decisions import ticket_decide
from governance.api.problems import kind_of
from governance.selectors.cascades import cascade_get, held_get
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.pages.cascades import Typed
    from dashboard.views.access import PersonRequest
    from governance.models import Cascade
    from governance.refusals import RefusalError

_THEN = {
    Choice.RESUME: "The task may start.",
    Choice.CANCEL: "The task has ended.",
    Choice.RERUN: "The task has ended; its caller is told to ask again.",
    Choice.APPROVE: "The incident is over.",
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


@form_only
def settle(request: HttpRequest, fleet: str, cascade_id: UUID, task_id: UUID) -> HttpResponseBase:
    """Record what becomes of one held task, once for each Idempotency-Key."""
    return posted(
        request,
        page=reverse("cascade", kwargs={"fleet": fleet, "cascade_id": cascade_id}),
        part="#held",
        make=lambda person: _settled(person, fleet, cascade_id, task_id),
        refuse=lambda person, error: _refused(person, error, fleet, cascade_id, str(task_id)),
    )


@form_only
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
    cascade = cascade_get(fleet=fleet, cascade_id=cascade_id)
    held = held_get(cascade=cascade, task_id=task_id)
    return _answered(request, cascade, choice="", tasks=(held.task.external_id,))


def _closed(request: PersonRequest, slug: str, cascade_id: UUID) -> HttpResponse:
    fleet, _ = fleet_for_person(user=request.user, slug=slug)
    cascade = cascade_get(fleet=fleet, cascade_id=cascade_id)
    return _answered(request, cascade, choice=Choice.APPROVE, tasks=())


def _answered(
    request: PersonRequest, cascade: Cascade, *, choice: str, tasks: tuple[str, ...]
) -> HttpResponse:
    """Answer the incident's ticket, with the form's own choice where ``choice`` is empty."""
    typed = control_read(request)
    ticket = cascade_ticket_get(cascade=cascade, number=ticket_read(request))
    form = DecisionForm(
        choice=choice or typed.control,
        reason_code=REASON_OTHER,
        reason_text=typed.reason,
        version=version_read(request),
        tasks=tasks,
    )

    def call() -> JsonResponse:
        ticket_decide(
            ticket_id=ticket.pk,
            user=request.user,
            choice=form.choice,
            reason_code=form.reason_code,
            reason_text=form.reason_text,
            expected_version=form.version,
            via="browser",
            tasks=form.tasks,
        )
        return effect(clock_now(), _THEN[Choice(form.choice)], in_force=False)

    return made_once(request, form.sha256, call)


def _refused(
    request: PersonRequest, error: RefusalError, fleet: str, cascade_id: UUID, what: str
) -> HttpResponseBase:
    if error.field == "reason_text":
        # The form has one field for what the ticket calls so.
        error.field = "reason"

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
