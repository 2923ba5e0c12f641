"""Superseding: an agent asks again with other arguments, and its former question ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from governance.domain.task_lifecycle import TaskMove, task_move
from governance.domain.types import TaskState
from governance.events import TaskSuperseded
from governance.refusals import ConflictError, InvalidFieldError
from governance.selectors.tasks import task_lock, task_named
from governance.services.own_tasks import environment_require
from governance.services.probation import probe_give_back

if TYPE_CHECKING:
    from datetime import datetime

    from governance.events import FleetEvent
    from governance.models import Agent, Task
    from governance.selectors.access import KeyPrincipal
    from governance.services.schemas import TaskBody

FIELD = "supersedes"
REASON_CODE = "superseded"


def task_supersede_step(
    *, key: KeyPrincipal, body: TaskBody, agent: Agent, now: datetime
) -> Task | None:
    """End the waiting task that a new one takes the place of; None where the body names none.

    A step: the caller holds the agent, and publishes `superseded_events`. The former question ends
    before the new one is gated, so that it stands in nobody's way.

    Raises:
        InvalidFieldError: supersedes_unknown, or other_work if it is of another agent, operation
            or tool: only the arguments and what they are about can change.
        ForbiddenError: environment_of_key.
        ConflictError: supersedes_too_late once it no longer waits. How it ended is not said here:
            reading it says so, and a denial counts as told from there on.
    """
    if body.supersedes is UNSET:
        return None
    found = task_named(fleet=key.fleet, external_id=body.supersedes)
    if found is None:
        raise InvalidFieldError(
            f"Fleet {key.fleet.slug} has no task {body.supersedes} to supersede.",
            code="supersedes_unknown",
            field=FIELD,
            value=body.supersedes,
            allowed="the external_id of a task of this agent that waits for people",
        )
    environment_require(key=key, task=found)
    if (found.agent_id, found.operation, found.tool) != (agent.pk, body.operation, body.tool):
        raise InvalidFieldError(
            f"Task {found.external_id} is other work; only its arguments can be superseded.",
            code="other_work",
            field=FIELD,
            value=body.supersedes,
            allowed="a task of the same agent, operation and tool",
        )
    task = task_lock(task_id=found.pk, agent_id=found.agent_id)
    if task.state != TaskState.PENDING or (task.answer_by is not None and task.answer_by <= now):
        raise ConflictError(
            f"Task {task.external_id} no longer waits for people; read how it ended.",
            code="supersedes_too_late",
            field=FIELD,
            value=body.supersedes,
            allowed="a task that waits for people",
        )
    _end(task, body.external_id, key.actor, now)
    return task


def superseded_events(task: Task | None, *, successor: Task, actor: str) -> tuple[FleetEvent, ...]:
    """Return that one task has taken the place of another, if it has.

    Published before what the successor raises: the former ticket's row comes before the fleet's,
    which a new ticket takes for its number.
    """
    if task is None:
        return ()
    superseded = TaskSuperseded(
        fleet_id=task.fleet_id,
        actor=actor,
        task_id=task.pk,
        agent_id=task.agent_id,
        successor_id=successor.pk,
        successor=successor.external_id,
    )
    return (superseded,)


def _end(task: Task, successor: str, actor: str, now: datetime) -> None:
    task.state = task_move(TaskState(task.state), TaskMove.CANCEL, needs_start=True).value
    task.finished_at = now
    task.resolution = {
        "answer": "withdrawn",
        "by": actor,
        "at": now.isoformat(),
        "reason_code": REASON_CODE,
        "reason_text": f"Superseded by {successor}.",
    }
    task.save(update_fields=["state", "finished_at", "resolution"])
    probe_give_back(task=task, now=now)
