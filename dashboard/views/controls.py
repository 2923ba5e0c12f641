"""What a person does to an agent: freeze, release, pause, resume. POST only, each by one service.

A browser's own form is answered with a page, a script with JSON; both are told the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from dashboard.display.durations import wire_time
from dashboard.display.figures import plural
from dashboard.forms.control import control_read
from dashboard.forms.decision import key_read
from dashboard.pages.controls import ASK
from dashboard.pages.first import named_refusal
from dashboard.views.access import never_stored, request_of_person, signed_out, wants_json
from dashboard.views.agents import agent_answer, agent_found
from escalations.services.asking import release_ask
from governance.api.idempotency import answer_once
from governance.api.problems import kind_of, problem_of
from governance.refusals import InvalidFieldError, MissingError, RefusalError
from governance.services.controls import AgentControl, agent_control

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from dashboard.forms.control import ControlForm
    from dashboard.views.access import PersonRequest
    from governance.models import Agent, Fleet
    from governance.services.controls import Controlled


@require_POST
def control(request: HttpRequest, fleet: str, agent_id: UUID) -> HttpResponseBase:
    """Do what a form asks, once for each Idempotency-Key, and say what it did."""
    page = reverse("agent", kwargs={"fleet": fleet, "agent_id": agent_id})
    signed_in = request_of_person(request)
    if signed_in is None:
        stranger = problem_of(signed_out()) if wants_json(request) else redirect_to_login(page)
        return never_stored(stranger)
    try:
        made = _made(signed_in, fleet, agent_id)
    except RefusalError as error:
        return never_stored(_refused(signed_in, error, fleet, agent_id))
    return never_stored(made if wants_json(request) else redirect(f"{page}#controls"))


def _made(request: PersonRequest, slug: str, agent_id: UUID) -> HttpResponseBase:
    fleet, _, agent = agent_found(request, slug, agent_id)
    form = control_read(request)

    def call() -> JsonResponse:
        if form.control == ASK:
            return _asked(request, fleet, agent)
        done = agent_control(
            fleet=fleet,
            agent_id=agent_id,
            control=_control_of(form),
            user=request.user,
            reason=form.reason,
        )
        is_move = form.control != AgentControl.EXPLAIN
        return effect(done.at, _then(form, done), in_force=is_move)

    return answer_once(
        principal=f"user:{request.user.pk}",
        route=f"POST {request.path}",
        key=key_read(request),
        body_sha256=form.sha256,
        call=call,
    )


def effect(at: datetime, then: str, *, in_force: bool) -> JsonResponse:
    """Return that something is recorded since ``at``, and what it did, for a script.

    Args:
        at: the server's time.
        then: a sentence, or nothing.
        in_force: whether it changes what may run, so that its time to effect matters.
    """
    recorded = {"ok": True, "recorded_at": wire_time(at), "then": then, "in_force": in_force}
    return JsonResponse(recorded)


def _control_of(form: ControlForm) -> AgentControl:
    if form.control not in AgentControl.__members__.values():
        raise InvalidFieldError(
            "control must be one of the panel's.",
            field="control",
            value=form.control,
            allowed=", ".join(AgentControl),
        )
    return AgentControl(form.control)


def _asked(request: PersonRequest, fleet: Fleet, agent: Agent) -> JsonResponse:
    asked = release_ask(fleet=fleet, agent_external_id=agent.external_id, user=request.user).ticket
    then = f"Release ticket #{asked.number} waits for people."
    return effect(asked.opened_at, then, in_force=False)


def _then(form: ControlForm, done: Controlled) -> str:
    """Return what the control did beside what the page shows anyway."""
    if form.control == AgentControl.EXPLAIN:
        return "The reason is on record."
    if form.control != AgentControl.FREEZE:
        return ""
    running = plural(done.stopped, "running task")
    told = f"{running} told to stop." if done.stopped else "No task of it was running."
    if not done.ended:
        return told
    return f"{told} {plural(done.ended, 'approved task')} ended: blocked."


def _refused(
    request: PersonRequest, error: RefusalError, fleet: str, agent_id: UUID
) -> HttpResponseBase:
    named_refusal(error)
    if wants_json(request):
        return problem_of(error)
    if isinstance(error, MissingError):
        raise Http404(error.sentence)
    return agent_answer(
        request,
        fleet,
        agent_id,
        typed_reason=request.POST.get("reason", ""),
        problem=f"Not recorded. {error.sentence}",
        status=kind_of(error).status,
    )
