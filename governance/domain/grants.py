"""Grants: permission to do once exactly what was approved, as one table of legal moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from governance.domain.moves import GuardFailedError, IllegalMoveError
from governance.domain.types import GrantState


class GrantMove(StrEnum):
    """What can happen to a grant."""

    CONSUME = "consume"
    REVOKE = "revoke"
    LAPSE = "lapse"


class GrantGuard(StrEnum):
    """A condition on a move of a grant; `start` answers 425 for the first, 409 for the others."""

    USABLE = "usable"
    NOT_LAPSED = "not_lapsed"
    LAPSED = "lapsed"
    SAME_ACTION = "same_action"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    """What the guards look at: ``digest`` is what was approved, ``asked`` what wants to run."""

    now: datetime
    usable_from: datetime
    expires_at: datetime
    digest: str
    asked: str


@dataclass(frozen=True, slots=True)
class GrantRule:
    """Where a move leads and what must hold first, checked in this order."""

    after: GrantState
    guards: tuple[GrantGuard, ...] = ()


GRANT_MOVES: Mapping[tuple[GrantState, GrantMove], GrantRule] = {
    (GrantState.ISSUED, GrantMove.CONSUME): GrantRule(
        GrantState.CONSUMED, (GrantGuard.SAME_ACTION, GrantGuard.NOT_LAPSED, GrantGuard.USABLE)
    ),
    (GrantState.ISSUED, GrantMove.REVOKE): GrantRule(GrantState.REVOKED),
    (GrantState.ISSUED, GrantMove.LAPSE): GrantRule(GrantState.LAPSED, (GrantGuard.LAPSED,)),
}

GRANT_GUARD_MEANING: Mapping[GrantGuard, str] = {
    GrantGuard.USABLE: "the approval can still be undone; wait for usable_from",
    GrantGuard.NOT_LAPSED: "the grant has lapsed; ask again",
    GrantGuard.LAPSED: "the grant has not lapsed yet",
    GrantGuard.SAME_ACTION: "the digest is not the one that was approved",
}


_GUARDS: Mapping[GrantGuard, Callable[[GrantFacts], bool]] = {
    GrantGuard.USABLE: lambda facts: facts.now >= facts.usable_from,
    GrantGuard.NOT_LAPSED: lambda facts: facts.now < facts.expires_at,
    GrantGuard.LAPSED: lambda facts: facts.now >= facts.expires_at,
    GrantGuard.SAME_ACTION: lambda facts: facts.digest == facts.asked,
}


def grant_apply(state: GrantState, move: GrantMove, facts: GrantFacts) -> GrantState:
    """Return the state of a grant after ``move``.

    Raises:
        IllegalMoveError: if the table has no such move, so a consumed grant never runs twice.
        GuardFailedError: if it has one and the guard that is named fails first.
    """
    rule = GRANT_MOVES.get((state, move))
    if rule is None:
        raise IllegalMoveError(state.value, move.value)
    for guard in rule.guards:
        if not _GUARDS[guard](facts):
            raise GuardFailedError(state.value, move.value, guard, GRANT_GUARD_MEANING[guard])
    return rule.after
