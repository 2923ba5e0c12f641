from __future__ import annotations

import pytest

from governance.domain.moves import IllegalMoveError
from governance.domain.task_lifecycle import (
    TASK_ENTRY,
    TASK_MOVES,
    TaskMove,
    task_move,
)
from governance.domain.types import TaskState, Verdict


def moves_from(state: TaskState) -> set[TaskMove]:
    return {move for before, move in TASK_MOVES if before is state}


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        (Verdict.ALLOW, TaskState.READY),
        (Verdict.ESCALATE, TaskState.PENDING),
        (Verdict.DENY, TaskState.DENIED),
    ],
)
def test_the_verdict_places_a_new_task(verdict: Verdict, state: TaskState) -> None:
    assert TASK_ENTRY[verdict] is state


def test_an_approved_task_starts_and_finishes() -> None:
    ready = task_move(TaskState.PENDING, TaskMove.APPROVE, needs_start=True)
    running = task_move(ready, TaskMove.START, needs_start=True)

    assert task_move(running, TaskMove.FINISH, needs_start=True) is TaskState.FINISHED


def test_the_outcome_of_a_low_task_implies_its_start() -> None:
    assert task_move(TaskState.READY, TaskMove.FINISH, needs_start=False) is TaskState.FINISHED


def test_other_tasks_cannot_finish_before_they_start() -> None:
    with pytest.raises(IllegalMoveError) as refused:
        task_move(TaskState.READY, TaskMove.FINISH, needs_start=True)

    assert str(refused.value) == "finish is not possible in state READY"


def test_a_second_start_is_refused() -> None:
    with pytest.raises(IllegalMoveError) as refused:
        task_move(TaskState.RUNNING, TaskMove.START, needs_start=True)

    assert (refused.value.state, refused.value.move) == ("RUNNING", "start")


@pytest.mark.parametrize("state", [TaskState.FINISHED, TaskState.EXPIRED, TaskState.CANCELLED])
def test_nothing_leads_out_of_a_final_state(state: TaskState) -> None:
    assert moves_from(state) == set()


def test_a_running_task_finishes_or_is_cancelled() -> None:
    assert moves_from(TaskState.RUNNING) == {TaskMove.CANCEL, TaskMove.FINISH}


def test_only_a_person_reopens_a_denied_task() -> None:
    assert moves_from(TaskState.DENIED) == {TaskMove.REOPEN}


def test_every_state_is_reached() -> None:
    assert {*TASK_ENTRY.values(), *TASK_MOVES.values()} == set(TaskState)
