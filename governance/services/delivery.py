"""Where answers leave: a caller that was told no may have acted on it, so it stays no.

Whoever denied a task may reopen it only while its caller does not know. Telling and reopening both
decide under the task's lock, so that exactly one of them wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from governance.domain.types import TaskState
from governance.events import TaskAnswerRead
from governance.selectors.clock import clock_now
from governance.selectors.tasks import task_lock
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Task


def answer_tell(*, task: Task, actor: str) -> Task:
    """Return the task as its caller may be told it; a person's no is final from here on.

    Every call about one task that says its state passes through here or `answer_told_step`.
    Tickets, events and batches of reports are for onlookers: what they say is not counted as told.
    What cannot be taken back takes no lock. A denial that was reopened meanwhile reads as waiting.
    """
    if not _is_news(task):
        return task
    with transaction.atomic():
        locked = task_lock(task_id=task.pk, agent_id=task.agent_id)
        answer_told_step(task=locked, actor=actor, now=clock_now())
        return locked


def answer_told_step(*, task: Task, actor: str, now: datetime) -> None:
    """Note on a locked task that its caller learns of a person's no, the first time it does."""
    if not _is_news(task):
        return
    task.answer_read_at = now
    task.save(update_fields=["answer_read_at"])
    read = TaskAnswerRead(
        fleet_id=task.fleet_id, actor=actor, task_id=task.pk, agent_id=task.agent_id
    )
    events_publish(read, now=now)


def _is_news(task: Task) -> bool:
    """Return whether people, not the gate, denied the task and its caller does not know."""
    was_asked = task.escalation is not None
    return was_asked and task.state == TaskState.DENIED and task.answer_read_at is None
