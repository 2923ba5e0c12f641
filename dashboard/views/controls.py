"""What a person does to an agent: freeze, release, pause, resume. POST only, one service each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.display.figures import plural
from dashboard.forms.control import control_read
from dashboard.pages.controls import ASK
from dashboard.pages.first import named_refusal
from dashboard.views.access import form_only
from dashboard.views.agents import agent_answer, agent_found
from dashboard.views.posting import effect, made_once, not_recorded, posted, refusal_answer
from escalations.services.asking import release_ask
from governance.api.problems import kind_of
from governance.refusals import InvalidFieldError
from governance.services.controls import AgentControl, agent_control

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.forms.control import ControlForm
    from dashboard.views.access import PersonRequest
    from governance.models import Agent, Fleet
    from governance.refusals import RefusalError
    from governance.services.controls import Controlled


@form_only
def control(request: HttpRequest, fleet: str, agent_id: UUID) -> HttpResponseBase:
    """Do what a form asks, once for each Idempotency-Key, and say what it did."""
    return posted(
        request,
        page=reverse("agent", kwargs={"fleet": fleet, "agent_id": agent_id}),
        part="#controls",
        make=lambda person: _made(person, fleet, agent_id),
        refuse=lambda person, error: _refused(person, error, fleet, agent_id),
    )


def _made(request: PersonRequest, slug: str, agent_id: UUID) -> HttpResponse:
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

    return made_once(request, form.sha256, call)


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

    def draw() -> HttpResponse:
        return agent_answer(
            request,
            fleet,
            agent_id,
            typed_reason=request.POST.get("reason", ""),
            problem=not_recorded(error),
            status=kind_of(error).status,
        )

    return refusal_answer(request, error, draw)
