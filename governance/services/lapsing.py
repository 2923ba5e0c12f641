"""What was allowed and never started: grants lapse, ready tasks expire."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.grants import GrantMove
from governance.domain.types import GrantState, TaskState
from governance.events import GrantLapsed
from governance.models import Grant, Task
from governance.selectors.clock import clock_now
from governance.selectors.tasks import task_lock
from governance.services.events import events_publish
from governance.services.grants import grant_move, grants_unused
from governance.services.probation import probe_give_back
from governance.services.resolutions import task_expire_step
from governance.services.sweeping import moved_or_logged

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.events import FleetEvent

AT_ONCE = 200
ACTOR = "sweeper"


def unstarted_sweep() -> int:
    """End what waited too long for its start, and return how many tasks that were."""
    now = clock_now()
    lapsed = Grant.objects.filter(
        state=GrantState.ISSUED.value,
        expires_at__lte=now,
        # While a cascade holds the task, its grant waits with it.
        task__state=TaskState.READY.value,
        task__fleet__archived_at=None,
    )
    ready = Task.objects.filter(
        state=TaskState.READY.value,
        needs_grant=False,
        start_by__lte=now,
        fleet__archived_at=None,
    )
    tasks = [
        *lapsed.order_by("pk").values_list("task_id", "task__agent_id")[:AT_ONCE],
        *ready.order_by("pk").values_list("pk", "agent_id")[:AT_ONCE],
    ]
    trouble = "task %s of agent %s was not started in time and cannot be ended"
    return sum(moved_or_logged(partial(_unstarted_end, *each), trouble, *each) for each in tasks)


@transaction.atomic
def _unstarted_end(task_id: UUID, agent_id: UUID) -> bool:
    # Under the task's lock like every writer of grants, so that no two lock them crosswise.
    task, now = task_lock(task_id=task_id, agent_id=agent_id), clock_now()
    if task.state != TaskState.READY:
        return False
    events = unstarted_step(task=task, now=now)
    events_publish(*events, now=now)
    return bool(events)


def unstarted_step(*, task: Task, now: datetime) -> tuple[FleetEvent, ...]:
    """Expire a locked ready task whose time to start is over, its grant with it (a step)."""
    if not task.needs_grant:
        if task.start_by is None or now < task.start_by:
            return ()
        probe_give_back(task=task, now=now)
        return task_expire_step(
            task=task, resolution=_resolution("Allowed, never started.", now), actor=ACTOR
        )
    overdue = [grant for grant in grants_unused(task=task) if grant.expires_at <= now]
    if not overdue:
        return ()
    for grant in overdue:
        grant_move(grant, GrantMove.LAPSE, asked=grant.action_digest, now=now, why="Never started.")
    lapsed = GrantLapsed(fleet_id=task.fleet_id, actor=ACTOR, task_id=task.pk)
    expired = task_expire_step(
        task=task, resolution=_resolution("Approved, never started.", now), actor=ACTOR
    )
    return (lapsed, *expired)


def _resolution(text: str, now: datetime) -> dict[str, str]:
    return {
        "answer": "expired",
        "by": "",
        "at": now.isoformat(),
        "reason_code": "never_started",
        "reason_text": text,
    }
