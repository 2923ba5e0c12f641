"""Tasks: asked for, decided and, where the caller says so, withdrawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from django.db import IntegrityError, transaction

from governance.domain.blast import level_stated
from governance.domain.canonical import canonical_json
from governance.domain.gate import gate_decide
from governance.domain.ids import id_new
from governance.domain.money import usd
from governance.domain.task_lifecycle import TASK_ENTRY
from governance.domain.types import Verdict
from governance.events import AttemptDenied, TaskEscalated
from governance.models import Task
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.agents import agent_lock_named
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.selectors.questions import gate_question
from governance.selectors.tasks import decision_first, name_is_taken, task_named
from governance.services.callbacks import callback_check, callback_endpoint_ensure
from governance.services.decisions import decision_row
from governance.services.delivery import answer_tell
from governance.services.editing import digest_of
from governance.services.events import events_publish
from governance.services.own_tasks import agent_require
from governance.services.probation import probe_lease
from governance.services.rows import rows_insert
from governance.services.standing import agent_seen, moment
from governance.services.superseding import superseded_events, task_supersede_step

if TYPE_CHECKING:
    from datetime import datetime

    from governance.domain.gate import Decision
    from governance.events import FleetEvent
    from governance.models import Agent
    from governance.models import Decision as DecisionRow
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import TaskBody


@dataclass(frozen=True, slots=True)
class Submitted:
    """A task with the answer it got; ``created`` is false for a repeated request."""

    task: Task
    decision: DecisionRow
    created: bool


def task_submit(*, key: KeyPrincipal, body: TaskBody) -> Submitted:
    """Ask the gate for one task; the answer, the task and what must follow are one transaction.

    Raises:
        MissingError: for an agent the fleet does not have.
        ForbiddenError: if the key is bound to other agents.
        InvalidFieldError: for an unknown parent, a callback host that no admin listed, an amount
            that is none, a task to supersede that is none or other work.
        ConflictError: external_id_reused, if the same external id came with another body, from
            another environment, or with a recorded outcome; supersedes_too_late.
    """
    sha256 = _body_sha256(body)
    try:
        with transaction.atomic():
            return _submit(key, body, sha256)
    except IntegrityError:
        # Two agents raced for one external id: the loser is told what a later caller would be.
        with transaction.atomic():
            return _submit(key, body, sha256)


def _submit(key: KeyPrincipal, body: TaskBody, sha256: str) -> Submitted:
    now = clock_now()
    callback_check(body.callback_url, key.fleet)
    agent = agent_lock_named(fleet=key.fleet, external_id=body.agent)
    agent_require(key=key, agent=agent)
    if name_is_taken(fleet_id=key.fleet.pk, external_id=body.external_id):
        return _repeated(key, body.external_id, sha256)
    superseded = task_supersede_step(key=key, body=body, agent=agent, now=now)
    task = _task_new(key, agent, body, sha256, now)
    task.supersedes = superseded
    # The fleet as read under the lock: it may have been halted while this caller waited.
    version, policy = policy_in_force(fleet=agent.fleet)
    question = gate_question(
        fleet=agent.fleet,
        agent=agent,
        task=task,
        policy=policy,
        now=now,
        declared_type=body.task_type,
    )
    decision = gate_decide(question, policy, now_s=now.timestamp())
    task.stated_level = level_stated(question, decision.blast, policy.blast) or ""
    _task_decided(task, decision)
    row = decision_row(
        task=task, moment="submit", decision=decision, question=question, policy=version, now=now
    )
    rows_insert(task, row)
    if decision.is_probe:
        probe_lease(agent=agent, fleet=agent.fleet, task=task, now=now)
    agent_seen(agent=agent, now=now)
    if task.callback_url:
        callback_endpoint_ensure(agent.fleet, task.callback_url, actor=key.actor)
    events = (
        *superseded_events(superseded, successor=task, actor=key.actor),
        *_consequences(key, task, decision),
    )
    if events:
        events_publish(*events, now=now)
        task.refresh_from_db(fields=["escalation", "answer_by", "state", "resolution"])
    return Submitted(task, row, created=True)


def _repeated(key: KeyPrincipal, external_id: str, sha256: str) -> Submitted:
    task = task_named(fleet=key.fleet, external_id=external_id)
    # The environment comes with the key: what may run in one says nothing about another.
    if task is None or task.body_sha256 != sha256 or task.environment != key.environment:
        raise ConflictError(
            f"Task {external_id} exists with other content.",
            code="external_id_reused",
            field="external_id",
            value=external_id,
            allowed="an external id that this fleet has not used, or the same body again",
        )
    told = answer_tell(task=task, actor=key.actor)
    return Submitted(told, decision_first(task=told), created=False)


def _task_new(key: KeyPrincipal, agent: Agent, body: TaskBody, sha256: str, now: datetime) -> Task:
    """Return the task as asked for, unsaved and undecided."""
    parent = _parent(key, body.parent)
    task_id = id_new()
    return Task(
        id=task_id,
        fleet=key.fleet,
        agent=agent,
        key_id=key.key_id,
        external_id=body.external_id,
        body_sha256=sha256,
        parent=parent,
        root_id=parent.root_id if parent else task_id,
        depth=parent.depth + 1 if parent else 0,
        requested_by=body.requested_by,
        environment=key.environment.value,
        title=body.title,
        description=body.description,
        operation=body.operation,
        tool=body.tool,
        target=body.target,
        arguments=canonical_json(body.arguments),
        plan=msgspec.to_builtins(body.plan),
        declared_blast={
            letter: value
            for letter, value in msgspec.to_builtins(body.blast).items()
            if value is not None
        },
        budget_usd=None if body.budget_usd is None else usd(body.budget_usd, field="budget_usd"),
        time_limit_s=body.time_limit_s,
        caller_state=body.state or "",
        callback_url=body.callback_url or "",
        created_at=now,
    )


def _parent(key: KeyPrincipal, external_id: str | None) -> Task | None:
    if external_id is None:
        return None
    parent = task_named(fleet=key.fleet, external_id=external_id)
    if parent is None:
        raise InvalidFieldError(
            f"Fleet {key.fleet.slug} has no task {external_id} to be the parent.",
            code="parent_unknown",
            field="parent",
            value=external_id,
            allowed="the external_id of a task of this fleet",
        )
    return parent


def _task_decided(task: Task, decision: Decision) -> None:
    """Write the gate's answer onto the task: state, envelope and the digest that binds it."""
    task.state = TASK_ENTRY[decision.verdict].value
    task.task_type = decision.task_type.value
    task.level = decision.level.value
    task.spend_cap_usd = decision.limits.budget_usd
    task.is_probe = decision.is_probe
    task.needs_grant = decision.verdict is Verdict.ESCALATE
    task.start_by = moment(decision.limits.start_by_s)
    task.action_digest = digest_of(task)
    if decision.verdict is Verdict.DENY:
        task.finished_at = task.created_at
        task.resolution = {
            "answer": "blocked",
            "by": "gate",
            "at": task.created_at.isoformat(),
            "reason_code": decision.reasons[0].code.value,
            "reason_text": decision.reasons[0].sentence,
        }


def _consequences(key: KeyPrincipal, task: Task, decision: Decision) -> tuple[FleetEvent, ...]:
    """Return what people must hear; in shadow, what they would have heard, as practice."""
    practice = decision.verdict is not decision.would_be
    if decision.would_be is Verdict.ESCALATE:
        return (
            TaskEscalated(
                fleet_id=task.fleet_id,
                actor=key.actor,
                task_id=task.pk,
                agent_id=task.agent_id,
                level=task.level,
                approvals_needed=decision.limits.approvals,
                needs_manager=decision.limits.needs_manager,
                practice=practice,
            ),
        )
    if decision.incident:
        return (
            AttemptDenied(
                fleet_id=task.fleet_id,
                actor=key.actor,
                task_id=task.pk,
                agent_id=task.agent_id,
                level=task.level,
                practice=practice,
            ),
        )
    return ()


def _body_sha256(body: TaskBody) -> str:
    return hashlib.sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()
