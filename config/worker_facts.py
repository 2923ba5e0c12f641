"""Jobs carry the id of the request that asked for them, and say which job they are."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from governance.log_facts import REQUEST_ID, facts_begin, request_id_from, request_id_now

# The facts of each job that runs in this process, by its id: pools of threads run several.
_running: dict[str, ExitStack] = {}


def facts_connect() -> None:
    """Let messages carry request ids, and the lines of jobs their facts."""
    before_task_publish.connect(_carry, weak=False)
    task_prerun.connect(_begin, weak=False)
    task_postrun.connect(_end, weak=False)


def _carry(headers: dict[str, Any] | None = None, **_: Any) -> None:
    request_id = request_id_now()
    if headers is not None and request_id:
        headers.setdefault(REQUEST_ID, request_id)


def _begin(task_id: str, task: Any, **_: Any) -> None:
    """Begin the facts of a job; one that nobody's request asked for has an id of its own."""
    sent = (getattr(task.request, "headers", None) or {}).get(REQUEST_ID) or getattr(
        task.request, REQUEST_ID, None
    )
    stack = ExitStack()
    stack.enter_context(
        facts_begin(**{REQUEST_ID: request_id_from(str(sent or ""))}, job=task.name, job_id=task_id)
    )
    _running[task_id] = stack


def _end(task_id: str, **_: Any) -> None:
    stack = _running.pop(task_id, None)
    if stack is not None:
        stack.close()
