"""The states of a check of the log, and which lead to which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class CheckState(StrEnum):
    """How far a check has come."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class CheckMove(StrEnum):
    """What may happen to a check."""

    TAKE_UP = "take up"
    FINISH = "finish"
    LOSE = "lose"


MOVES: Mapping[tuple[CheckState, CheckMove], CheckState] = {
    (CheckState.WAITING, CheckMove.TAKE_UP): CheckState.RUNNING,
    (CheckState.WAITING, CheckMove.LOSE): CheckState.FAILED,
    (CheckState.RUNNING, CheckMove.FINISH): CheckState.DONE,
    (CheckState.RUNNING, CheckMove.LOSE): CheckState.FAILED,
}
LIVE = (CheckState.WAITING, CheckState.RUNNING)


def check_from(move: CheckMove) -> tuple[CheckState, ...]:
    """Return the states in which a move is legal."""
    return tuple(state for state, each in MOVES if each is move)


def check_to(move: CheckMove) -> CheckState:
    """Return the state that a move leads to, the same from wherever it is legal."""
    return next(after for (_, each), after in MOVES.items() if each is move)
