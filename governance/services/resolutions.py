"""How people's answers reach a task: steps inside the transaction of whoever decides.

Each step expects the task locked with `selectors.tasks.task_lock`, and returns the events that
the caller publishes last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.domain.task_lifecycle import TaskMove, task_move
from governance.domain.types import GrantState, TaskState
from governance.events import TaskResolved
from governance.models import Grant
from governance.services.grants import grants_revoke, grants_unused

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent
    from governance.models import Task

# What the caller of the API is told: the answer, by whom, when, and the reason verbatim.
Resolution = dict[str, Any]


def task_ask_step(*, task: Task, escalation: dict[str, object], answer_by: datetime) -> None:
    """Note on a waiting task where people are asked about it, and until when they may answer.

    Called by whoever heard `TaskEscalated`, inside the transaction that holds the task.
    """
    task.escalation, task.answer_by = escalation, answer_by
    task.save(update_fields=["escalation", "answer_by"])


def task_grant_step(
    *,
    task: Task,
    authority: UUID,
    usable_from: datetime,
    expires_at: datetime,
    resolution: Resolution,
    actor: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Make a waiting task ready and issue its one grant, bound to the task's digest.

    Raises:
        IllegalMoveError: if the task no longer waits.
    """
    _move(task, TaskMove.APPROVE, resolution)
    Grant.objects.create(
        task=task,
        authority=authority,
        action_digest=task.action_digest,
        envelope_level=task.level,
        spend_cap_usd=task.spend_cap_usd,
        state=GrantState.ISSUED.value,
        usable_from=usable_from,
        expires_at=expires_at,
        created_at=now,
    )
    return (_resolved(task, actor),)


def task_ungrant_step(
    *, task: Task, actor: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Undo an approval: the grant is revoked and the task waits again.

    Raises:
        IllegalMoveError: if the task has started or ended.
    """
    _move(task, TaskMove.UNDO, None)
    revoked = grants_revoke(grants=grants_unused(task=task), actor=actor, reason=reason, now=now)
    return (*revoked, _resolved(task, actor))


def task_deny_step(
    *, task: Task, resolution: Resolution, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Deny a waiting task, or an approved one whose grant is unused.

    Raises:
        IllegalMoveError: if the task has started or ended.
    """
    _move(task, TaskMove.DENY, resolution)
    reason = "Denied after it was approved."
    revoked = grants_revoke(grants=grants_unused(task=task), actor=actor, reason=reason, now=now)
    return (*revoked, _resolved(task, actor))


def task_reopen_step(*, task: Task, actor: str) -> tuple[FleetEvent, ...]:
    """Let a denied task, whose caller has not been told yet, wait again.

    Raises:
        IllegalMoveError: if the task is not denied.
    """
    _move(task, TaskMove.REOPEN, None)
    return (_resolved(task, actor),)


def task_expire_step(*, task: Task, resolution: Resolution, actor: str) -> tuple[FleetEvent, ...]:
    """End a task that nobody answered in time; this is never a person's denial.

    Raises:
        IllegalMoveError: if the task no longer waits.
    """
    _move(task, TaskMove.EXPIRE, resolution)
    return (_resolved(task, actor),)


def _move(task: Task, move: TaskMove, resolution: Resolution | None) -> None:
    task.state = task_move(TaskState(task.state), move, needs_start=True).value
    task.resolution = resolution
    task.save(update_fields=["state", "resolution"])


def _resolved(task: Task, actor: str) -> TaskResolved:
    return TaskResolved(
        fleet_id=task.fleet_id,
        actor=actor,
        task_id=task.pk,
        agent_id=task.agent_id,
        state=task.state,
    )
