"""Telling running tasks to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.types import TaskState
from governance.events import TaskStopRequested
from governance.models import Task

if TYPE_CHECKING:
    from datetime import datetime

    from governance.events import FleetEvent
    from governance.models import Agent


def tasks_stop(*, agent: Agent, actor: str, reason: str, now: datetime) -> tuple[FleetEvent, ...]:
    """Mark the running tasks of a locked agent; their next heartbeat answers ``stop`` (a step)."""
    running = Task.objects.select_for_update(no_key=True).filter(
        agent=agent, state=TaskState.RUNNING.value, stop_requested_at=None
    )
    stopped = [task.pk for task in running.order_by("pk")]
    Task.objects.filter(pk__in=stopped).update(stop_requested_at=now)
    return tuple(
        TaskStopRequested(
            fleet_id=agent.fleet_id, actor=actor, task_id=pk, agent_id=agent.pk, reason=reason
        )
        for pk in stopped
    )
