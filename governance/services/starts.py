"""Start: the gate looks again, and an approved task uses its one grant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.gate import Moment
from governance.domain.grants import GrantMove
from governance.domain.task_lifecycle import TaskMove, task_move
from governance.domain.types import TaskState, Verdict
from governance.events import TaskOverdue, TaskStarted
from governance.models import Task
from governance.refusals import ConflictError, RefusalError, TooEarlyError
from governance.selectors.clock import clock_now
from governance.selectors.tasks import grant_live, task_lock
from governance.services.delivery import answer_told_step
from governance.services.editing import digest_of
from governance.services.events import events_publish
from governance.services.grants import grant_move
from governance.services.lapsing import unstarted_step
from governance.services.own_tasks import task_of_key
from governance.services.probation import probe_lease
from governance.services.rechecking import task_recheck
from governance.services.rows import row_update, rows_insert

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.models import Decision, Grant
    from governance.selectors.access import KeyPrincipal


@dataclass(frozen=True, slots=True)
class Started:
    """A task that runs now; its canonical arguments are what must run."""

    task: Task
    decision: Decision


REFUSALS = {
    TaskState.PENDING: ("not_approved_yet", "people have not answered yet"),
    TaskState.HELD: ("held", "it is held"),
    TaskState.RUNNING: ("already_started", "it has started already"),
    TaskState.FINISHED: ("already_finished", "it has finished"),
    TaskState.DENIED: ("denied", "it was denied"),
    TaskState.EXPIRED: ("expired", "its time is over"),
    TaskState.CANCELLED: ("withdrawn", "it was withdrawn"),
}

# Tasks that were denied in another sense than a person's no.
_OF_ANSWER = {
    "blocked": ("blocked", "it is blocked"),
    "responded": ("responded", "people answered in words instead"),
}


def task_start(*, key: KeyPrincipal, task_id: UUID | str, action_digest: str) -> Started:
    """Start a task, exactly the one whose digest the caller names.

    Raises:
        MissingError, ForbiddenError: as `task_of_key`.
        ConflictError: digest_mismatch, a code of `REFUSALS`, grant_expired, grant_used, or the
            reason for which the gate now denies (frozen, fleet_halted, ...).
        TooEarlyError: while the approval can still be undone; carries ``usable_from``.
    """
    found = task_of_key(key=key, task_id=task_id)
    with transaction.atomic():
        answer = _start(key, task_lock(task_id=found.pk, agent_id=found.agent_id), action_digest)
    # What a refusal wrote (an expiry, the gate's second answer) must stay written.
    if isinstance(answer, RefusalError):
        raise answer
    return answer


def task_expire_if_overdue(*, task: Task) -> Task:
    """Return the task as it is now: one whose time to answer has passed is expired first."""
    if task.state != TaskState.PENDING or task.answer_by is None:
        return task
    with transaction.atomic():
        now = clock_now()
        if now < task.answer_by:
            return task
        locked = task_lock(task_id=task.pk, agent_id=task.agent_id)
        # It may have been answered, or swept, while this reader waited for the row.
        if _is_overdue(locked, now):
            _expire(locked, now)
            locked.refresh_from_db()
        return locked


def _start(key: KeyPrincipal, task: Task, action_digest: str) -> Started | RefusalError:
    now = clock_now()
    if _is_overdue(task, now):
        _expire(task, now)
        task.refresh_from_db(fields=["state", "resolution"])
    if task.state == TaskState.READY:
        events_publish(*unstarted_step(task=task, now=now), now=now)
    if task.state != TaskState.READY:
        answer_told_step(task=task, actor=key.actor, now=now)
        return _refusal(task)
    if action_digest != task.action_digest:
        return _other_digest(task, action_digest)
    grant = grant_live(task=task) if task.needs_grant else None
    early = _grant_refusal(task, grant, now)
    if early is not None:
        return early
    return _recheck(key, task, grant, now)


def _other_digest(task: Task, named: str) -> ConflictError:
    asked = task.arguments_asked
    is_former = bool(asked) and named == digest_of(task, arguments=asked)
    return ConflictError(
        "People edited the arguments: read the task and run what it says now."
        if is_former
        else "This digest is not the one the gate gave out for the task.",
        code="arguments_edited" if is_former else "digest_mismatch",
        field="action_digest",
        value=named,
        allowed=task.action_digest,
    )


def _recheck(
    key: KeyPrincipal, task: Task, grant: Grant | None, now: datetime
) -> Started | RefusalError:
    """Ask the gate again, since agent, fleet and registry may have changed; start if it agrees."""
    again = task_recheck(task=task, moment=Moment.START, now=now)
    decision, row = again.decision, again.row()
    rows_insert(row)
    if decision.verdict is not Verdict.ALLOW:
        reason = decision.reasons[0]
        return ConflictError(
            reason.sentence,
            code=reason.code.value,
            retry_after_s=decision.retry_after_s,
            reasons=[each.sentence for each in decision.reasons],
        )
    if grant is not None:
        grant_move(grant, GrantMove.CONSUME, asked=task.action_digest, now=now, why="Started.")
    if decision.is_probe:
        # Allowed before the freeze, or so long ago that its lease ran out: it takes the one place
        # like any other. Its time limit runs from here in any case.
        task.is_probe = True
        probe_lease(agent=task.agent, fleet=task.agent.fleet, task=task, now=now)
    task.state = task_move(TaskState(task.state), TaskMove.START, needs_start=True).value
    task.started_at = now
    row_update(task, "state", "started_at", "is_probe")
    if grant is not None:
        started = TaskStarted(
            fleet_id=task.fleet_id, actor=key.actor, task_id=task.pk, agent_id=task.agent_id
        )
        events_publish(started, now=now)
    return Started(task, row)


def _grant_refusal(task: Task, grant: Grant | None, now: datetime) -> RefusalError | None:
    if not task.needs_grant:
        return None
    if grant is None:
        return ConflictError(
            "The grant of this task was revoked; ask again with a new task.",
            code="grant_gone",
        )
    if now < grant.usable_from:
        return TooEarlyError(
            f"The approval can still be undone until {grant.usable_from.isoformat()}.",
            usable_from=grant.usable_from.isoformat(),
            retry_after_s=(grant.usable_from - now).total_seconds(),
        )
    return None


def _refusal(task: Task) -> ConflictError:
    code, words = REFUSALS[TaskState(task.state)]
    resolution = task.resolution or {}
    if resolution.get("answer") in _OF_ANSWER:
        code, words = _OF_ANSWER[resolution["answer"]]
    # What was said to approve it is no reason for this no.
    is_approved = str(resolution.get("answer", "")).startswith("approved")
    said = "" if is_approved else resolution.get("reason_text")
    why = f" {said}" if said else ""
    return ConflictError(
        f"Task {task.external_id} cannot start: {words}.{why}",
        code=code,
        state=task.state,
        resolution=task.resolution,
        ticket=task.escalation,
    )


def _is_overdue(task: Task, now: datetime) -> bool:
    if task.state != TaskState.PENDING or task.answer_by is None:
        return False
    return task.answer_by <= now


def _expire(task: Task, now: datetime) -> None:
    overdue = TaskOverdue(
        fleet_id=task.fleet_id, actor="gate", task_id=task.pk, agent_id=task.agent_id
    )
    events_publish(overdue, now=now)
