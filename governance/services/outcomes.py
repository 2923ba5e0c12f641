"""Outcomes of governed tasks: reported once, judged at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction

from governance.domain.critical import cap_broken, violation_executed
from governance.domain.task_lifecycle import TaskMove, task_move
from governance.domain.types import BlastLevel, TaskState
from governance.events import TaskFinished
from governance.models import Outcome
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.selectors.refreshes import refresh_in_force, refresh_view_of
from governance.selectors.tasks import outcome_named, task_lock
from governance.services.audits import audits_draw_step
from governance.services.cascades import held_finish_step
from governance.services.critical import critical_latch_step
from governance.services.delivery import answer_told_step
from governance.services.events import events_publish
from governance.services.folding import outcomes_fold
from governance.services.lineages import Ended, lineages_fold_step, lineages_lock
from governance.services.own_tasks import task_of_key
from governance.services.reports import report_of_task, report_row
from governance.services.rows import row_update, rows_insert
from governance.services.standing import agent_seen
from governance.services.verification import time_check, verification_check

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.domain.critical import Critical
    from governance.events import FleetEvent
    from governance.models import Task
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import OutcomeBody, OutcomeItem


REPORTED = frozenset({TaskState.READY, TaskState.RUNNING})


def task_outcome(*, key: KeyPrincipal, task_id: UUID | str, body: OutcomeBody) -> Outcome:
    """Store how a task ended and fold it into its agent's standing; the same body again is idle.

    A report of work that was denied, or that people are still asked about, is refused, and freezes
    the agent at once: what was not allowed was done.

    Raises:
        MissingError, ForbiddenError: as `task_of_key`, and as `verification_check`.
        ConflictError: not_started, not_running, or already_finished with other content.
        InvalidFieldError: finished_at more than 60 s ahead.
        MoneyError: for an amount that is none.
    """
    with transaction.atomic():
        stored = _outcome(key, task_id, body)
    # Raised outside, so that the freeze stays when the report is refused.
    if isinstance(stored, ConflictError):
        raise stored
    return stored


def _outcome(key: KeyPrincipal, task_id: UUID | str, body: OutcomeBody) -> Outcome | ConflictError:
    now = clock_now()
    known = task_of_key(key=key, task_id=task_id)
    task = task_lock(task_id=known.pk, agent_id=known.agent_id)
    verification_check(
        key=key,
        verified_quality=body.verified_quality,
        verified_by=body.verified_by,
        asked_by=task.key_id,
    )
    finished_at = time_check(field="finished_at", moment=body.finished_at, now=now)
    sha256 = hashlib.sha256(msgspec.json.encode(body)).hexdigest()
    # By the name, not the task: a recorded outcome may have taken it before the task was asked for.
    repeated = outcome_named(fleet_id=task.fleet_id, external_id=task.external_id)
    if repeated is not None:
        return outcome_repeated(repeated, sha256)
    critical = outcome_critical(task, body)
    refused = _refusal(key, task, critical, now)
    if refused is not None:
        return refused
    # Before the fold, which may take the fleet's lock.
    lineages = lineages_lock(tasks=[task], now=now)
    freed = task_finish(task, now)
    report = report_of_task(task=task, body=body, key=key, finished_at=finished_at, now=now)
    # The fleet as read under the lock: policy and refresh may have moved while this waited.
    fleet = task.agent.fleet
    policy = policy_in_force(fleet=fleet)[1]
    refresh = refresh_in_force(fleet=fleet)
    folds, events = outcomes_fold(
        agent=task.agent,
        fleet=fleet,
        facts=[(report.fact, report.began_s)],
        view=refresh_view_of(agent=task.agent, refresh=refresh, policy=policy),
        now=now,
    )
    outcome = report_row(report=report, fold=folds[0], key=key, sha256=sha256, now=now)
    rows_insert(outcome)
    ended = Ended(task, outcome, folds[0].judgement.usual)
    events += lineages_fold_step(rows=lineages, ended=[ended], fleet=fleet, now=now)
    critical = critical or cap_broken(report.cost_usd, task.spend_cap_usd, policy.breaker)
    if critical is not None:
        events += critical_latch_step(agent=task.agent, fleet=fleet, critical=critical, now=now)
    agent_seen(agent=task.agent, now=now)
    told = (
        *task_finished(task, report.fact.result.value, key.actor),
        *audits_draw_step(agent=task.agent, fleet=fleet, outcomes=[outcome], now=now),
    )
    events_publish(*freed, *events, *told, now=now)
    return outcome


def _refusal(
    key: KeyPrincipal, task: Task, critical: Critical | None, now: datetime
) -> ConflictError | None:
    """Return why a report is refused whose refusal leaves something written; None for any other.

    Work that was not allowed freezes the agent, and a denial that is named here is known.
    """
    state = TaskState(task.state)
    if state in REPORTED or (critical is None and state is not TaskState.DENIED):
        return None
    if critical is not None:
        agent = task.agent
        told = critical_latch_step(agent=agent, fleet=agent.fleet, critical=critical, now=now)
        events_publish(*told, now=now)
    answer_told_step(task=task, actor=key.actor, now=now)
    return _not_running(task)


def outcome_repeated(stored: Outcome, sha256: str) -> Outcome:
    """Return the stored outcome if it was reported with the same body.

    Raises:
        ConflictError: already_finished, if the content differs.
    """
    if stored.body_sha256 != sha256:
        raise ConflictError(
            f"Task {stored.task_external_id} has another outcome already: {stored.result}.",
            code="already_finished",
            field="task_id",
            value=stored.task_external_id,
        )
    return stored


def task_finish(task: Task, now: datetime) -> tuple[FleetEvent, ...]:
    """Finish a locked task; a LOW one that was allowed at once may skip its start.

    Such a task may have begun before a cascade held it: its outcome is taken, and nothing of it
    is held any longer. The caller publishes what that means for the cascade.

    Raises:
        ConflictError: not_started, or not_running if it has ended or was never allowed.
    """
    state = TaskState(task.state)
    is_held = state is TaskState.HELD and not needs_start(task)
    if state not in REPORTED and not is_held:
        raise _not_running(task)
    if state is TaskState.READY and needs_start(task):
        raise ConflictError(
            f"Task {task.external_id} was not started; start it first.",
            code="not_started",
            state=state.value,
        )
    task.state = task_move(state, TaskMove.FINISH, needs_start=needs_start(task)).value
    task.started_at = task.started_at or task.created_at
    task.finished_at = now
    if not is_held:
        row_update(task, "state", "started_at", "finished_at")
        return ()
    task.resolution = None
    row_update(task, "state", "started_at", "finished_at", "resolution")
    return held_finish_step(task=task, now=now)


def outcome_critical(task: Task, body: OutcomeBody | OutcomeItem) -> Critical | None:
    """Return the critical event that a report of a locked task tells of, or None."""
    return violation_executed(
        TaskState(task.state), body.result, tool=task.tool, error_code=body.error_code
    )


def _not_running(task: Task) -> ConflictError:
    return ConflictError(
        f"Task {task.external_id} is {task.state}; only a running task has an outcome.",
        code="not_running",
        state=task.state,
    )


def needs_start(task: Task) -> bool:
    """Return whether the task must be started before it can end: all but LOW and allowed."""
    return task.needs_grant or task.level != BlastLevel.LOW


def task_finished(task: Task, result: str, actor: str) -> tuple[FleetEvent, ...]:
    """Return the event for a task that people approved; the others are not notable."""
    if not task.needs_grant:
        return ()
    return (
        TaskFinished(
            fleet_id=task.fleet_id,
            actor=actor,
            task_id=task.pk,
            agent_id=task.agent_id,
            result=result,
        ),
    )
