"""Cancelling: the caller withdraws a task that has not ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.containment import SettledBy
from governance.domain.task_lifecycle import TaskMove, task_move
from governance.domain.types import TaskState
from governance.events import TaskCancelled
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.tasks import task_lock
from governance.services.cascades import held_end_step
from governance.services.delivery import answer_told_step
from governance.services.events import events_publish
from governance.services.grants import grants_revoke, grants_unused
from governance.services.own_tasks import task_of_key
from governance.services.probation import probe_give_back

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent
    from governance.models import Task
    from governance.selectors.access import KeyPrincipal

ENDED = frozenset({TaskState.FINISHED, TaskState.DENIED, TaskState.EXPIRED, TaskState.CANCELLED})


def task_cancel(*, key: KeyPrincipal, task_id: UUID | str, reason: str) -> Task:
    """Withdraw a task that has not ended. Cancelling it again changes nothing.

    Raises:
        MissingError: for a task of another fleet.
        ConflictError: already_ended, if the task has ended otherwise.
    """
    found = task_of_key(key=key, task_id=task_id)
    with transaction.atomic():
        now = clock_now()
        task = task_lock(task_id=found.pk, agent_id=found.agent_id)
        if task.state not in ENDED:
            _withdraw(task, key.actor, reason, now)
            return task
        answer_told_step(task=task, actor=key.actor, now=now)
    # Outside, so that it stays written what the caller learns here.
    if task.state != TaskState.CANCELLED:
        raise ConflictError(
            f"Task {task.external_id} has ended: {task.state}.", code="already_ended"
        )
    return task


def _withdraw(task: Task, actor: str, reason: str, now: datetime) -> None:
    """End a locked task, take back its grant and tell whoever waits for it."""
    state = TaskState(task.state)
    freed: tuple[FleetEvent, ...] = ()
    task.state = task_move(state, TaskMove.CANCEL, needs_start=True).value
    task.finished_at = now
    task.resolution = {
        "answer": "withdrawn",
        "by": actor,
        "at": now.isoformat(),
        "reason_code": "",
        "reason_text": reason,
    }
    task.save(update_fields=["state", "finished_at", "resolution"])
    probe_give_back(task=task, now=now)
    cancelled = TaskCancelled(
        fleet_id=task.fleet_id,
        actor=actor,
        task_id=task.pk,
        agent_id=task.agent_id,
        reason=reason,
    )
    # A waiting task has no grant, and its ticket comes before grants in the lock order.
    unused = [] if state is TaskState.PENDING else grants_unused(task=task)
    revoked = grants_revoke(grants=unused, actor=actor, reason="Withdrawn.", now=now)
    if state is TaskState.HELD:
        freed = held_end_step(task=task, how=SettledBy.WITHDRAWN, actor=actor, now=now)
    if state is TaskState.PENDING or revoked or freed:
        events_publish(cancelled, *revoked, *freed, now=now)
