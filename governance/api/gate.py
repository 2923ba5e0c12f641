"""``/api/v1/tasks``: may this run? and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async

from governance.api.answers import answer
from governance.api.callers import bearer_token
from governance.api.calls import gate_call
from governance.api.failures import method_refusal, problem_of_exception
from governance.api.looks import task_look
from governance.api.metering import Meter
from governance.api.outcome_answers import outcome_shown
from governance.api.task_answers import started_shown, task_shown
from governance.api.waits import look_until_news, wait_seconds
from governance.domain.types import Scope, Verdict
from governance.log_facts import facts_note
from governance.selectors.tasks import decision_first
from governance.services.cancelling import task_cancel
from governance.services.heartbeats import task_heartbeat
from governance.services.outcomes import task_outcome
from governance.services.schemas import (
    HeartbeatBody,
    OutcomeBody,
    ReasonBody,
    StartBody,
    TaskBody,
)
from governance.services.starts import task_start
from governance.services.tasks import Submitted, task_submit

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from governance.selectors.access import KeyPrincipal


async def task_read(request: HttpRequest, task_id: str) -> HttpResponse:
    """Answer ``GET tasks/{id}?wait=``; under ASGI `polls.WaitingCalls` takes those that wait."""
    try:
        if request.method not in {"GET", "HEAD"}:
            raise method_refusal(request.method, ["GET"])
        wait_s = wait_seconds(request.GET.get("wait"))
        token, meter = bearer_token(request), Meter()
        look = sync_to_async(lambda: task_look(token, task_id, meter))
        return meter.told(answer((await look_until_news(look, wait_s=wait_s)).payload))
    except Exception as error:  # noqa: BLE001 - the boundary: logged, then a problem document
        return problem_of_exception(error)


def _submit(key: KeyPrincipal, body: TaskBody) -> HttpResponse:
    submitted = task_submit(key=key, body=body)
    facts_note(task=submitted.task.pk, **_ruling(submitted))
    shown = task_shown(submitted.task, submitted.decision)
    return answer(shown, 201 if submitted.created else 200)


def _ruling(submitted: Submitted) -> dict[str, str]:
    """Return the verdict and, of a denial, the code of its first reason."""
    decision = submitted.decision
    if decision.verdict != Verdict.DENY or not submitted.created:
        return {"verdict": decision.verdict}
    return {"verdict": decision.verdict, "denied_for": decision.reasons[0]["code"]}


def _start(key: KeyPrincipal, body: StartBody, task_id: str) -> HttpResponse:
    started = task_start(key=key, task_id=task_id, action_digest=body.action_digest)
    return answer(started_shown(started.task, started.decision))


def _heartbeat(key: KeyPrincipal, body: HeartbeatBody, task_id: str) -> HttpResponse:
    return answer(task_heartbeat(key=key, task_id=task_id, body=body))


def _cancel(key: KeyPrincipal, body: ReasonBody, task_id: str) -> HttpResponse:
    task = task_cancel(key=key, task_id=task_id, reason=body.reason)
    return answer(task_shown(task, decision_first(task=task)))


def _outcome(key: KeyPrincipal, body: OutcomeBody, task_id: str) -> HttpResponse:
    return answer(outcome_shown(task_outcome(key=key, task_id=task_id, body=body)))


tasks_submit = gate_call(_submit, scope=Scope.GATE, body=TaskBody)
task_start_call = gate_call(_start, scope=Scope.GATE, body=StartBody)
task_heartbeat_call = gate_call(_heartbeat, scope=Scope.GATE, body=HeartbeatBody)
task_cancel_call = gate_call(_cancel, scope=Scope.GATE, body=ReasonBody)
task_outcome_call = gate_call(_outcome, scope=Scope.REPORT, body=OutcomeBody)
