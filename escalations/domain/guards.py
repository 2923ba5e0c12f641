"""Conditions on the moves of tickets and grants, named so that a refusal can say which failed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Guard(StrEnum):
    """A condition on a move, named so that a refusal can say which one failed."""

    BEFORE_DEADLINE = "before_deadline"
    DEADLINE_PASSED = "deadline_passed"
    QUORUM_APPROVES = "quorum_approves"
    ONE_DENIES = "one_denies"
    BEFORE_USABLE = "before_usable"
    GRANT_UNUSED = "grant_unused"
    ANSWER_WAITING = "answer_waiting"
    SOON_AFTER = "soon_after"
    USABLE = "usable"
    NOT_LAPSED = "not_lapsed"
    LAPSED = "lapsed"


GUARD_MEANING: Mapping[Guard, str] = {
    Guard.BEFORE_DEADLINE: "the time to decide is over",
    Guard.DEADLINE_PASSED: "there is still time to decide",
    Guard.QUORUM_APPROVES: "approvals are still missing",
    Guard.ONE_DENIES: "nobody has denied",
    Guard.BEFORE_USABLE: "the undo window is over",
    Guard.GRANT_UNUSED: "the grant was used or is gone",
    Guard.ANSWER_WAITING: "the agent has the answer already",
    Guard.SOON_AFTER: "a denial can be reopened for 5 min only",
    Guard.USABLE: "the grant is not usable yet",
    Guard.NOT_LAPSED: "the grant has lapsed",
    Guard.LAPSED: "the grant has not lapsed yet",
}


class GuardFailedError(ValueError):
    """A legal move whose condition does not hold now."""

    def __init__(self, state: str, move: str, guard: Guard) -> None:
        """Name the state, the move and the guard."""
        self.state = state
        self.move = move
        self.guard = guard
        super().__init__(f"{move} is not possible in state {state}: {GUARD_MEANING[guard]}")
