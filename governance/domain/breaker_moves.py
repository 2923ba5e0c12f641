"""Which moves a breaker may make from where, and the record each move leaves."""

from __future__ import annotations

from typing import NamedTuple

from governance.domain.breaker_state import NO_RECENT, NO_RUN, Breaker, Probation
from governance.domain.moves import IllegalMoveError
from governance.domain.transitions import BreakerMove, BreakerMoved, BreakerReason, TripEvidence
from governance.domain.types import ENDED_BY_PEOPLE, BreakerState, Hold, HoldOrigin

_ANY_STATE = frozenset(BreakerState)
_ANY_HOLD = frozenset(Hold)
_FREE = frozenset({Hold.NONE})
_CLOSED = frozenset({BreakerState.CLOSED})
_OPEN = frozenset({BreakerState.OPEN})
_HALF_OPEN = frozenset({BreakerState.HALF_OPEN})

LEGAL: dict[BreakerMove, tuple[frozenset[BreakerState], frozenset[Hold]]] = {
    BreakerMove.TRIPPED: (_CLOSED, frozenset({Hold.NONE, Hold.SUPERVISED})),
    BreakerMove.OVERFLOW: (_CLOSED, _FREE),
    BreakerMove.WOULD_TRIP: (_CLOSED, frozenset({Hold.NONE, Hold.SUPERVISED})),
    BreakerMove.LATCHED: (_ANY_STATE, _ANY_HOLD),
    BreakerMove.PROBATION_STARTED: (_OPEN, _FREE),
    BreakerMove.RELEASED_EARLY: (_OPEN, _FREE),
    BreakerMove.CLOSED: (_HALF_OPEN, _FREE),
    BreakerMove.PROBATION_FAILED: (_HALF_OPEN, _FREE),
    BreakerMove.STARVED: (_HALF_OPEN, _FREE),
    BreakerMove.FORCED_OPEN: (_ANY_STATE, _ANY_HOLD),
    BreakerMove.RELEASED: (_ANY_STATE, ENDED_BY_PEOPLE),
    BreakerMove.SUPERVISION_ENDED: (_CLOSED, frozenset({Hold.SUPERVISED})),
    BreakerMove.MODE_CHANGED: (_ANY_STATE, _ANY_HOLD),
}


class Moved(NamedTuple):
    """The breaker after a move, and the record of it."""

    breaker: Breaker
    record: BreakerMoved


def is_legal(move: BreakerMove, breaker: Breaker) -> bool:
    """Return whether the table of legal moves allows ``move`` from here."""
    states, holds = LEGAL[move]
    return breaker.state in states and breaker.hold in holds


def moved(
    move: BreakerMove,
    reason: BreakerReason,
    sentence: str,
    before: Breaker,
    after: Breaker,
    *,
    now_s: float,
    evidence: TripEvidence | None = None,
    needs_release: bool = False,
) -> Moved:
    """Return ``after`` with the record of the move that led to it.

    Raises:
        IllegalMoveError: if the table does not allow the move from ``before``.
    """
    if not is_legal(move, before):
        raise IllegalMoveError(f"{before.state} with hold {before.hold}", move)
    latched = after.hold is Hold.LATCHED and before.hold is not Hold.LATCHED
    return Moved(
        after,
        BreakerMoved(
            move=move,
            reason=reason,
            sentence=sentence,
            at_s=now_s,
            state_before=before.state,
            state_after=after.state,
            hold_before=before.hold,
            hold_after=after.hold,
            level=after.level,
            frozen_until_s=after.frozen_until_s,
            enforced=before.acts or after.acts,
            needs_release=needs_release or latched,
            evidence=evidence,
        ),
    )


def on_probation(breaker: Breaker, now_s: float) -> Breaker:
    """Return the breaker at the start of probation: no hold, level kept, window empty."""
    return breaker._replace(
        state=BreakerState.HALF_OPEN,
        hold=Hold.NONE,
        hold_origin=HoldOrigin.NONE,
        critical=False,
        frozen_until_s=None,
        run=NO_RUN,
        recent=NO_RECENT,
        probation=Probation(since_s=now_s),
    )
