"""People's answers as the matrix counts them: each task once, by the answer that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from governance.domain.types import TaskState


class AnswerKind(StrEnum):
    """How people answered a task they were asked about: yes, no, or not in time."""

    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"


class Told(NamedTuple):
    """A task that people were asked about moved to ``state`` at a time."""

    task: UUID
    at: datetime
    state: TaskState


class Counted(NamedTuple):
    """One answer more, or one fewer (``by`` is 1 or -1), at the time it was given."""

    task: UUID
    at: datetime
    kind: AnswerKind
    by: int


_KINDS: Mapping[TaskState, AnswerKind] = {
    TaskState.READY: AnswerKind.APPROVED,
    TaskState.DENIED: AnswerKind.REFUSED,
    TaskState.EXPIRED: AnswerKind.EXPIRED,
}


def answers_count(standing: Mapping[UUID, Told], told: Iterable[Told]) -> list[Counted]:
    """Return what moves of tasks change in the counts, in their order.

    A task that waits again, undone or reopened, takes its answer back; so does another answer. An
    approval that nobody used stays one: the task was answered in time.

    Args:
        standing: the latest move of each task before those, where there was one.
        told: the moves, oldest first; other states than READY, DENIED, EXPIRED and PENDING, and
            the same answer twice, change nothing.
    """
    latest = dict(standing)
    counted: list[Counted] = []
    for move in told:
        before = latest.get(move.task)
        known = None if before is None else _KINDS.get(before.state)
        given = _KINDS.get(move.state)
        if _stays(known, given, move.state):
            continue
        if before is not None and known is not None:
            counted.append(Counted(move.task, before.at, known, -1))
        if given is not None:
            counted.append(Counted(move.task, move.at, given, 1))
        latest[move.task] = move
    return counted


def _stays(known: AnswerKind | None, given: AnswerKind | None, state: TaskState) -> bool:
    """Return whether an answer, or none, is left as it is by a move."""
    if given is None:
        return state is not TaskState.PENDING
    return known is given or (known is AnswerKind.APPROVED and given is AnswerKind.EXPIRED)
