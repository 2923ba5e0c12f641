"""Settling a cascade: each held task is resumed, cancelled or sent back by a person, root first.

Nothing resumes by itself. A cascade is over once nothing of it is held; its row is only locked
where nobody else holds it, because whoever settles a ticket comes here with the ticket locked.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from governance.domain.cascade import HeldChoice, settled_first
from governance.domain.containment import Fate, SettledBy
from governance.domain.task_lifecycle import TaskMove, task_move
from governance.domain.types import TaskState
from governance.events import CascadeResolved, CascadeTaskSettled, TaskResolved
from governance.models import Cascade, CascadeTask, Task
from governance.refusals import ConflictError
from governance.selectors.cascades import ancestors_of
from governance.selectors.policies import policy_in_force
from governance.services.asked import asked_lock
from governance.services.resolutions import task_deny_step

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent

_CODES = {HeldChoice.CANCEL: "cascade_cancelled", HeldChoice.RERUN: "cascade_rerun"}


def cascade_task_settle_step(
    *,
    cascade_id: UUID,
    task: Task,
    choice: HeldChoice,
    actor: str,
    reason: str,
    now: datetime,
) -> tuple[FleetEvent, ...]:
    """Resume, cancel or send back one held task; the caller has locked it, and publishes.

    Cancelled and sent back it ends as denied: its caller reads the reason, and for a re-run asks
    again with a new task once what it builds on has been done again.

    Raises:
        ConflictError: already_settled, if nothing holds it; held_above, naming what stands above
            it in the cascade and is not settled.
    """
    held = _held(task, cascade_id)
    if held is None or task.state != TaskState.HELD:
        raise ConflictError(
            f"Task {task.external_id} is no longer held by this cascade.", code="already_settled"
        )
    _above_require(held)
    if choice is HeldChoice.RESUME:
        told = _resume(task, actor, now)
    else:
        told = task_deny_step(
            task=task,
            resolution={
                "answer": "denied",
                "by": actor,
                "at": now.isoformat(),
                "reason_code": _CODES[choice],
                "reason_text": reason,
            },
            actor=actor,
            now=now,
        )
        _end(task, now)
    return (*told, *_settle(held, SettledBy(choice.value), actor=actor, reason=reason, now=now))


def held_end_step(
    *, task: Task, how: SettledBy, actor: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """Note that a locked held task ended without a choice: withdrawn, reported on, or expired."""
    held = _held(task, None)
    if held is None:
        return ()
    return _settle(held, how, actor=actor, reason="", now=now)


def held_finish_step(*, task: Task, now: datetime) -> tuple[FleetEvent, ...]:
    """Note that a locked task was reported on that had begun before it was held."""
    return held_end_step(task=task, how=SettledBy.FINISHED, actor="gate", now=now)


def cascade_close_step(
    *, cascade_id: UUID, actor: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """End a cascade that holds nothing (a step; the caller publishes).

    Raises:
        ConflictError: still_holds, naming how many tasks wait.
    """
    waiting = _unsettled(cascade_id).count()
    if waiting:
        raise ConflictError(
            f"{waiting} tasks of this cascade are still held; settle them first.",
            code="still_holds",
        )
    return cascade_end_step(cascade_id, actor=actor, reason=reason, now=now)


def _resume(task: Task, actor: str, now: datetime) -> tuple[FleetEvent, ...]:
    """Make a held task ready again, with a whole time to start before it."""
    task.state = task_move(TaskState.HELD, TaskMove.RESUME, needs_start=True).value
    task.resolution = None
    if not task.needs_grant:
        policy = policy_in_force(fleet=task.agent.fleet)[1].admission
        task.start_by = now + timedelta(hours=policy.ready_h)
    task.save(update_fields=["state", "resolution", "start_by"])
    resolved = TaskResolved(
        fleet_id=task.fleet_id,
        actor=actor,
        task_id=task.pk,
        agent_id=task.agent_id,
        state=task.state,
    )
    return (resolved,)


def _end(task: Task, now: datetime) -> None:
    task.finished_at = now
    task.save(update_fields=["finished_at"])


def _held(task: Task, cascade_id: UUID | None) -> CascadeTask | None:
    waiting = CascadeTask.objects.filter(task=task, fate=Fate.HELD.value, settled="")
    if cascade_id is not None:
        waiting = waiting.filter(cascade_id=cascade_id)
    return waiting.first()


def _unsettled(cascade_id: UUID) -> Any:
    return CascadeTask.objects.filter(cascade_id=cascade_id, fate=Fate.HELD.value, settled="")


def _above_require(held: CascadeTask) -> None:
    above = ancestors_of(task_id=held.task_id)
    open_tasks = _unsettled(held.cascade_id).values_list("task_id", flat=True)
    waiting = frozenset(str(pk) for pk in open_tasks)
    first = settled_first([str(pk) for pk in above], waiting)
    if first is not None:
        title = Task.objects.get(pk=first).title
        raise ConflictError(
            f"Settle “{title}” first: it stands above this task.", code="held_above", task=first
        )


def _settle(
    held: CascadeTask, how: SettledBy, *, actor: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    held.settled, held.settled_by = how.value, actor
    held.settled_at, held.reason = now, reason
    held.save(update_fields=["settled", "settled_by", "settled_at", "reason"])
    cascade = Cascade.objects.get(pk=held.cascade_id)
    settled = CascadeTaskSettled(
        **_about(cascade, actor),
        task_id=held.task_id,
        sentence=_SETTLED[how],
        settled=how.value,
    )
    if _unsettled(cascade.pk).exists():
        return (settled,)
    return (settled, *cascade_end_step(cascade.pk, actor=actor, reason="", now=now))


_SETTLED = {
    SettledBy.RESUME: "A person let the task go on.",
    SettledBy.CANCEL: "A person ended the task.",
    SettledBy.RERUN: "A person ended the task; it is to be asked for again.",
    SettledBy.WITHDRAWN: "Its caller withdrew the task.",
    SettledBy.FINISHED: "The task had begun before it was held, and has ended.",
    SettledBy.EXPIRED: "Nobody settled the task in its time to start.",
}


def cascade_end_step(
    cascade_id: UUID, *, actor: str, reason: str, now: datetime
) -> tuple[FleetEvent, ...]:
    """End the cascade if it is open; one that somebody else holds is left to them."""
    free = Cascade.objects.select_for_update(no_key=True, skip_locked=True)
    cascade = free.filter(pk=cascade_id, resolved_at=None).first()
    if cascade is None:
        return ()
    # Whoever comes here by a report needs the fleet before this is told.
    asked_lock([cascade.pk])
    cascade.resolved_at, cascade.resolved_by = now, actor
    cascade.resolution = reason or "Everything it held is settled."
    cascade.save(update_fields=["resolved_at", "resolved_by", "resolution"])
    return (CascadeResolved(**_about(cascade, actor), sentence=cascade.resolution),)


def _about(cascade: Cascade, actor: str) -> dict[str, Any]:
    return {
        "fleet_id": cascade.fleet_id,
        "actor": actor,
        "cascade_id": cascade.pk,
        "root_task_id": cascade.root_id,
        "agent_id": cascade.agent_id,
    }
