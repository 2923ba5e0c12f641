from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from governance.domain.cell_answers import AnswerKind, Counted, Told, answers_count
from governance.domain.types import TaskState
from tests.clock import NOON

REFUND, WIPE = UUID(int=1), UUID(int=2)
APPROVED, REFUSED, EXPIRED = AnswerKind
READY, DENIED, PENDING = TaskState.READY, TaskState.DENIED, TaskState.PENDING
LATER = NOON + timedelta(hours=2)


def told(*states: TaskState, task: UUID = REFUND) -> list[Told]:
    """The states of a task, one hour after the other."""
    return [Told(task, NOON + timedelta(hours=at), state) for at, state in enumerate(states)]


@pytest.mark.parametrize(
    ("state", "kind"),
    [(READY, APPROVED), (DENIED, REFUSED), (TaskState.EXPIRED, EXPIRED)],
)
def test_an_answer_counts_when_it_is_given(state: TaskState, kind: AnswerKind) -> None:
    assert answers_count({}, told(state)) == [Counted(REFUND, NOON, kind, 1)]


def test_an_answer_that_is_undone_is_taken_back_from_its_own_hour() -> None:
    assert answers_count({}, told(READY, PENDING, DENIED)) == [
        Counted(REFUND, NOON, APPROVED, 1),
        Counted(REFUND, NOON, APPROVED, -1),
        Counted(REFUND, LATER, REFUSED, 1),
    ]


def test_a_denial_after_an_approval_takes_its_place() -> None:
    later = NOON + timedelta(hours=1)

    assert answers_count({}, told(READY, DENIED)) == [
        Counted(REFUND, NOON, APPROVED, 1),
        Counted(REFUND, NOON, APPROVED, -1),
        Counted(REFUND, later, REFUSED, 1),
    ]


def test_an_approval_that_nobody_used_stays_one() -> None:
    assert answers_count({}, told(READY, TaskState.EXPIRED)) == [Counted(REFUND, NOON, APPROVED, 1)]


def test_what_was_answered_before_is_taken_back() -> None:
    before = Told(REFUND, NOON - timedelta(days=1), DENIED)

    assert answers_count({REFUND: before}, told(PENDING)) == [
        Counted(REFUND, before.at, REFUSED, -1)
    ]


def test_the_same_answer_twice_counts_once() -> None:
    assert len(answers_count({}, told(READY, READY))) == 1


def test_a_task_that_waits_and_other_moves_change_nothing() -> None:
    assert answers_count({}, told(PENDING, TaskState.RUNNING, TaskState.HELD)) == []


def test_tasks_are_counted_apart() -> None:
    moves = [*told(READY), *told(PENDING, task=WIPE)]

    assert answers_count({}, moves) == [Counted(REFUND, NOON, APPROVED, 1)]
