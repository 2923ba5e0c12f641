"""A trial: a draft policy is tried on what happens from now on, while the one in force decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from governance.domain.moves import IllegalMoveError

DAYS_LEAST, DAYS_MOST, DAYS = 1, 30, 7
# Often enough to follow, seldom enough to cost nothing.
EVERY = timedelta(hours=1)


class TrialState(StrEnum):
    """Where a trial stands."""

    RUNNING = "RUNNING"
    OVER = "OVER"
    STOPPED = "STOPPED"
    REPLACED = "REPLACED"


class TrialMove(StrEnum):
    """What becomes of a trial: its days pass, a person ends it, another policy comes into force."""

    PASS = "run out"  # noqa: S105 - no password
    STOP = "end"
    REPLACE = "replace its policy"


_MOVES: Mapping[tuple[TrialState, TrialMove], TrialState] = {
    (TrialState.RUNNING, TrialMove.PASS): TrialState.OVER,
    (TrialState.RUNNING, TrialMove.STOP): TrialState.STOPPED,
    (TrialState.RUNNING, TrialMove.REPLACE): TrialState.REPLACED,
}


def trial_after(state: TrialState, move: TrialMove) -> TrialState:
    """Return where a trial stands after a move.

    Raises:
        IllegalMoveError: if the table has no such move.
    """
    after = _MOVES.get((state, move))
    if after is None:
        raise IllegalMoveError(state.value, move.value)
    return after


def trial_read_until(*, until: datetime, replaced_at: datetime | None, now: datetime) -> datetime:
    """Return up to when a trial compares at ``now``.

    Args:
        until: when its days are over.
        replaced_at: when another policy came into force than the one it compares with; what was
            decided since then was decided by that one.
        now: nothing is recorded beyond it.
    """
    ends = (until, now) if replaced_at is None else (until, now, replaced_at)
    return min(ends)
