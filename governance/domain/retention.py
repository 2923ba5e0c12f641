"""How a removal of old records goes: what may follow what, and up to when it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from governance.domain.moves import IllegalMoveError
from governance.domain.policy.retention import FOR_EVER, RetentionPolicy


class RetentionState(StrEnum):
    """Where a removal stands; it is prepared and carried out by a worker."""

    PREPARING = "PREPARING"
    READY = "READY"
    EXPORTED = "EXPORTED"
    PROPOSED = "PROPOSED"
    REMOVING = "REMOVING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class RetentionMove(StrEnum):
    """What happens to one."""

    PREPARED = "prepared"
    EXPORT = "export"
    PROPOSE = "propose"
    DECLINE = "decline"
    AGREE = "agree"
    FINISH = "finish"
    CANCEL = "cancel"
    FAIL = "fail"


LIVE = (
    RetentionState.PREPARING,
    RetentionState.READY,
    RetentionState.EXPORTED,
    RetentionState.PROPOSED,
    RetentionState.REMOVING,
)
# A worker has something to do for these.
WORKED = (RetentionState.PREPARING, RetentionState.REMOVING)
# Nothing is proposed that was not exported, nothing removed that a second admin did not agree to.
_MOVES: Mapping[tuple[RetentionState, RetentionMove], RetentionState] = {
    (RetentionState.PREPARING, RetentionMove.PREPARED): RetentionState.READY,
    (RetentionState.PREPARING, RetentionMove.FAIL): RetentionState.FAILED,
    (RetentionState.READY, RetentionMove.EXPORT): RetentionState.EXPORTED,
    (RetentionState.EXPORTED, RetentionMove.EXPORT): RetentionState.EXPORTED,
    (RetentionState.EXPORTED, RetentionMove.PROPOSE): RetentionState.PROPOSED,
    (RetentionState.PROPOSED, RetentionMove.EXPORT): RetentionState.PROPOSED,
    (RetentionState.PROPOSED, RetentionMove.DECLINE): RetentionState.EXPORTED,
    (RetentionState.PROPOSED, RetentionMove.AGREE): RetentionState.REMOVING,
    (RetentionState.REMOVING, RetentionMove.FINISH): RetentionState.DONE,
    **{(state, RetentionMove.CANCEL): RetentionState.CANCELLED for state in LIVE},
}


def retention_moved(state: RetentionState, move: RetentionMove) -> RetentionState:
    """Return the state after a move.

    Raises:
        IllegalMoveError: if the move is not possible from there.
    """
    after = _MOVES.get((state, move))
    if after is None:
        raise IllegalMoveError(state.value, move.value)
    return after


class Cut(NamedTuple):
    """Up to when each kind goes, exclusive, midnights UTC; None keeps all of it."""

    tasks: datetime | None
    interactions: datetime | None
    events: datetime | None

    @property
    def is_nothing(self) -> bool:
        """Return whether everything is kept for ever."""
        return self.tasks is None and self.interactions is None and self.events is None

    def within(self, other: Cut) -> bool:
        """Return whether another cut takes all that this one takes."""
        return all(
            mine is None or (its is not None and mine <= its)
            for mine, its in zip(self, other, strict=True)
        )


def cut_of(policy: RetentionPolicy, *, now: datetime) -> Cut:
    """Return what is past its time at ``now``, in whole days of UTC."""
    return Cut(
        *(
            None if days == FOR_EVER else _midnight(now - timedelta(days=days))
            for days in (policy.tasks_days, policy.interactions_days, policy.events_days)
        )
    )


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)
