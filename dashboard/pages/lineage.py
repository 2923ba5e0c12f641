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
    note += f", {_taint_words(tasks, task)}"
    return _node(root, children, here=task), note


def _taint_words(tasks: list[Task], task: Task) -> str:
    """Return how many of those it builds on are tainted, the parent and whoever is above."""
    by_id = {each.pk: each for each in tasks}
    above, parent_id = [], task.parent_id
    while parent_id in by_id:
        above.append(by_id[parent_id])
        parent_id = above[-1].parent_id
    tainted = sum(each.tainted_at is not None for each in above)
    if parent_id is not None:
        # What is cut off may be tainted too.
        found = f"{tainted} of {plural(len(above), 'ancestor')} tainted, " if above else ""
        return f"{found}what is above is not shown"
    if not above:
        return "nothing above it"
    if not tainted:
        return "no tainted ancestor"
    return f"{tainted} of its {plural(len(above), 'ancestor')} tainted"


def _state_words(task: Task) -> str:
    answered = (task.resolution or {}).get("answer") == "responded"
    return "answered in words" if answered else STATE_WORDS[TaskState(task.state)]


def _node(task: Task, children: dict[UUID | None, list[Task]], *, here: Task) -> LineageNode:
    return LineageNode(
        title=task.title,
        agent=task.agent.external_id,
        state=_state_words(task),
        is_here=task.pk == here.pk,
        is_tainted=task.tainted_at is not None,
        url=(task.escalation or {}).get("url", ""),
        children=tuple(_node(child, children, here=here) for child in children[task.pk]),
    )
