"""The run a task belongs to, as a tree."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from dashboard.cards import LineageNode
from dashboard.display.durations import day_time
from dashboard.display.figures import plural
from governance.domain.types import TaskState
from governance.selectors.tasks import lineage_of

if TYPE_CHECKING:
    from governance.models import Task

SHOWN_MOST = 60

STATE_WORDS = {
    TaskState.PENDING: "waits for people",
    TaskState.READY: "may start",
    TaskState.HELD: "held",
    TaskState.RUNNING: "runs",
    TaskState.FINISHED: "finished",
    TaskState.DENIED: "denied",
    TaskState.EXPIRED: "expired",
    TaskState.CANCELLED: "withdrawn",
}


def lineage_card(task: Task) -> tuple[LineageNode | None, str]:
    """Return the tree of the task's run and a note on it; no tree for a task on its own."""
    tasks = lineage_of(task=task, most=SHOWN_MOST)
    if len(tasks) < 2:
        return None, ""
    children: dict[UUID | None, list[Task]] = defaultdict(list)
    for each in tasks:
        children[each.parent_id].append(each)
    # The root was asked for first, so it is among the oldest, however long the run.
    root = next(each for each in tasks if each.pk == each.root_id)
    note = f"root asked for {day_time(root.created_at)} UTC, {plural(len(tasks), 'task')}"
    if len(tasks) == SHOWN_MOST:
        note += " shown, there may be more"
    return _node(root, children, here=task), note


def _node(task: Task, children: dict[UUID | None, list[Task]], *, here: Task) -> LineageNode:
    return LineageNode(
        title=task.title,
        agent=task.agent.external_id,
        state=STATE_WORDS[TaskState(task.state)],
        is_here=task.pk == here.pk,
        is_tainted=task.tainted_at is not None,
        url=(task.escalation or {}).get("url", ""),
        children=tuple(_node(child, children, here=here) for child in children[task.pk]),
    )
