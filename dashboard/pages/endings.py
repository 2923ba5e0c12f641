"""How a task went after people were asked about it, in a word or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.wording import Mark, result_mark
from governance.domain.types import TaskState

if TYPE_CHECKING:
    from governance.models import Task

_READY = Mark("not started yet", tone="neutral")
_RUNNING = Mark("still running", tone="neutral")
_NOT_RUN = Mark("not run", tone="neutral")
_NO_REPORT = Mark("no result reported", tone="neutral")


def ended_mark(task: Task) -> Mark:
    """Return the task's result, or how far it has come.

    Args:
        task: with its outcome, where it has one (`select_related`).
    """
    outcome = getattr(task, "outcome", None)
    if outcome is not None:
        return result_mark(outcome.result)
    if task.state == TaskState.READY:
        return _READY
    if task.started_at is None:
        return _NOT_RUN
    return _RUNNING if task.state == TaskState.RUNNING else _NO_REPORT
