"""What a freeze does to an agent's tasks: running ones are told to stop, approved ones end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.types import GrantState, TaskState
from governance.events import TaskStopRequested
from governance.models import Grant, Task
from governance.services.resolutions import task_deny_step

if TYPE_CHECKING:
    from datetime import datetime

    from governance.events import FleetEvent
    from governance.models import Agent

REASON = "The agent was frozen."


def agent_stop(*, agent: Agent, actor: str, now: datetime) -> tuple[FleetEvent, ...]:
    """Stop the tasks of a locked agent that was just frozen (a step; the caller publishes).

    An approval given before the freeze says nothing about the agent as it is now: its grant is
    revoked and the task ends as blocked, so that its caller need not wait for nothing.
    """
    return (*_running_stop(agent, actor, now), *_approved_end(agent, actor, now))


def _running_stop(agent: Agent, actor: str, now: datetime) -> tuple[FleetEvent, ...]:
    running = Task.objects.select_for_update(no_key=True).filter(
        agent=agent, state=TaskState.RUNNING.value, stop_requested_at=None
    )
    stopped = [task.pk for task in running.order_by("pk")]
    Task.objects.filter(pk__in=stopped).update(stop_requested_at=now)
    return tuple(
        TaskStopRequested(
            fleet_id=agent.fleet_id, actor=actor, task_id=pk, agent_id=agent.pk, reason=REASON
        )
        for pk in stopped
    )


def _approved_end(agent: Agent, actor: str, now: datetime) -> tuple[FleetEvent, ...]:
    granted = Grant.objects.filter(task__agent=agent, state=GrantState.ISSUED.value)
    tasks = Task.objects.select_for_update(no_key=True).filter(
        pk__in=granted.values("task_id"), state=TaskState.READY.value
    )
    events: list[FleetEvent] = []
    for task in tasks.order_by("pk"):
        resolution = {
            "answer": "blocked",
            "by": actor,
            "at": now.isoformat(),
            "reason_code": "frozen",
            "reason_text": "The agent was frozen after the approval.",
        }
        events.extend(task_deny_step(task=task, resolution=resolution, actor=actor, now=now))
    return tuple(events)
