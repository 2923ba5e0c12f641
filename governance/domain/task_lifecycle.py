"""The states of a task and the moves between them, as one table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from governance.domain.moves import IllegalMoveError
from governance.domain.types import TaskState, Verdict


class TaskMove(StrEnum):
    """What can happen to a task after the gate has answered."""

    APPROVE = "approve"
    DENY = "deny"
    UNDO = "undo"
    REOPEN = "reopen"
    EXPIRE = "expire"
    CANCEL = "cancel"
    HOLD = "hold"
    RESUME = "resume"
    START = "start"
    FINISH = "finish"


TASK_ENTRY: Mapping[Verdict, TaskState] = {
    Verdict.ALLOW: TaskState.READY,
    Verdict.ESCALATE: TaskState.PENDING,
    Verdict.DENY: TaskState.DENIED,
}

# Expired, finished and cancelled tasks have no row: nothing leads out of them.
TASK_MOVES: Mapping[tuple[TaskState, TaskMove], TaskState] = {
    (TaskState.PENDING, TaskMove.APPROVE): TaskState.READY,
    (TaskState.PENDING, TaskMove.DENY): TaskState.DENIED,
    (TaskState.PENDING, TaskMove.EXPIRE): TaskState.EXPIRED,
    (TaskState.PENDING, TaskMove.CANCEL): TaskState.CANCELLED,
    (TaskState.READY, TaskMove.START): TaskState.RUNNING,
    (TaskState.READY, TaskMove.FINISH): TaskState.FINISHED,
    (TaskState.READY, TaskMove.UNDO): TaskState.PENDING,
    (TaskState.READY, TaskMove.DENY): TaskState.DENIED,
    (TaskState.READY, TaskMove.EXPIRE): TaskState.EXPIRED,
    (TaskState.READY, TaskMove.CANCEL): TaskState.CANCELLED,
    (TaskState.READY, TaskMove.HOLD): TaskState.HELD,
    (TaskState.HELD, TaskMove.RESUME): TaskState.READY,
    (TaskState.HELD, TaskMove.FINISH): TaskState.FINISHED,
    (TaskState.HELD, TaskMove.DENY): TaskState.DENIED,
    (TaskState.HELD, TaskMove.EXPIRE): TaskState.EXPIRED,
    (TaskState.HELD, TaskMove.CANCEL): TaskState.CANCELLED,
    (TaskState.RUNNING, TaskMove.FINISH): TaskState.FINISHED,
    (TaskState.RUNNING, TaskMove.CANCEL): TaskState.CANCELLED,
    (TaskState.DENIED, TaskMove.REOPEN): TaskState.PENDING,
}


def task_move(state: TaskState, move: TaskMove, *, needs_start: bool) -> TaskState:
    """Return the state after ``move``.

    ``needs_start`` is false only for a LOW task that was allowed at once: its outcome implies
    its start, so it may finish from READY, or from HELD where it had begun before the hold.

    Raises:
        IllegalMoveError: if the table has no such move, or a task that needs a start finishes
            without one.
    """
    after = TASK_MOVES.get((state, move))
    skips_start = move is TaskMove.FINISH and state is not TaskState.RUNNING
    if after is None or (skips_start and needs_start):
        raise IllegalMoveError(state.value, move.value)
    return after
