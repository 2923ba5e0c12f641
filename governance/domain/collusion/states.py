"""Where a ring stands, and what people may make of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from governance.domain.moves import IllegalMoveError

# Two rings are one where they share so much of the smaller one's members.
_SAME_SHARE = 0.5


class RingState(StrEnum):
    """What is held of a ring."""

    SUSPECTED = "SUSPECTED"
    CONFIRMED = "CONFIRMED"
    DISMISSED = "DISMISSED"
    MERGED = "MERGED"


class RingVerdict(StrEnum):
    """What is said of a ring; ``VERIFY`` asks for checks and leaves it suspected.

    ``MERGE`` is a scan's, not a person's: the ring is part of another one, and judged with it.
    """

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    VERIFY = "verify"
    MERGE = "merge"


class ScanState(StrEnum):
    """Where a scan stands."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class ScanSlice(StrEnum):
    """How much of the history a scan reads."""

    RECENT = "recent"
    FULL = "full"


# A confirmed ring may grow, and be confirmed with its new members, or be cleared on appeal. What is
# found of a dismissed one once its team has ended is a ring of its own. Nothing leads on from a
# merged one either.
_MOVES: Mapping[tuple[RingState, RingVerdict], RingState] = {
    (RingState.SUSPECTED, RingVerdict.CONFIRM): RingState.CONFIRMED,
    (RingState.SUSPECTED, RingVerdict.DISMISS): RingState.DISMISSED,
    (RingState.SUSPECTED, RingVerdict.VERIFY): RingState.SUSPECTED,
    (RingState.CONFIRMED, RingVerdict.CONFIRM): RingState.CONFIRMED,
    (RingState.CONFIRMED, RingVerdict.VERIFY): RingState.CONFIRMED,
    (RingState.CONFIRMED, RingVerdict.DISMISS): RingState.DISMISSED,
    (RingState.SUSPECTED, RingVerdict.MERGE): RingState.MERGED,
    (RingState.CONFIRMED, RingVerdict.MERGE): RingState.MERGED,
}


def ring_after(state: RingState, verdict: RingVerdict) -> RingState:
    """Return where a ring stands after a verdict.

    Raises:
        IllegalMoveError: if the table has no such move.
    """
    after = _MOVES.get((state, verdict))
    if after is None:
        raise IllegalMoveError(state.value, verdict.value)
    return after


def ring_absorbing(state: RingState, absorbed: RingState) -> RingState:
    """Return where a ring stands that takes over another: confirmed if either is.

    What a confirmation imposed on the members of one stays, whichever of the two is the older.
    """
    return RingState.CONFIRMED if RingState.CONFIRMED in (state, absorbed) else state


def is_same_ring(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two sets of members are one ring, grown or shrunk."""
    shared = len(one & other)
    return shared >= 2 and shared >= _SAME_SHARE * min(len(one), len(other))
