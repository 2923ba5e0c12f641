"""What a refused move of a task, ticket or grant says: its state, the move, the failed guard."""

from __future__ import annotations


class IllegalMoveError(ValueError):
    """A move that the table of legal moves does not have for this state."""

    def __init__(self, state: str, move: str) -> None:
        """Name the state and the move."""
        self.state = state
        self.move = move
        super().__init__(f"{move} is not possible in state {state}")


class GuardFailedError(ValueError):
    """A legal move whose condition does not hold now."""

    def __init__(self, state: str, move: str, guard: str, why: str) -> None:
        """Name the state, the move, the guard and what it says when it fails."""
        self.state = state
        self.move = move
        self.guard = guard
        self.why = why
        super().__init__(f"{move} is not possible in state {state}: {why}")
