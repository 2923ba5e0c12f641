"""Grants: permission to do once exactly what was approved, as one table of legal moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from escalations.domain.guards import Guard, GuardFailedError
from governance.domain.task_lifecycle import IllegalMoveError


class GrantState(StrEnum):
    """Where a grant stands; only an issued one lets anything run."""

    ISSUED = "ISSUED"
    CONSUMED = "CONSUMED"
    REVOKED = "REVOKED"
    LAPSED = "LAPSED"


class GrantMove(StrEnum):
    """What can happen to a grant."""

    CONSUME = "consume"
    REVOKE = "revoke"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    """What the guards of a grant look at."""

    now: datetime
    usable_from: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class GrantRule:
    """Where a grant's move leads and what must hold first."""

    after: GrantState
    guards: tuple[Guard, ...] = ()


GRANT_GUARDS: Mapping[Guard, Callable[[GrantFacts], bool]] = {
    Guard.USABLE: lambda facts: facts.now >= facts.usable_from,
    Guard.NOT_LAPSED: lambda facts: facts.now < facts.expires_at,
    Guard.LAPSED: lambda facts: facts.now >= facts.expires_at,
}

GRANT_MOVES: Mapping[tuple[GrantState, GrantMove], GrantRule] = {
    (GrantState.ISSUED, GrantMove.CONSUME): GrantRule(
        GrantState.CONSUMED, (Guard.NOT_LAPSED, Guard.USABLE)
    ),
    (GrantState.ISSUED, GrantMove.REVOKE): GrantRule(GrantState.REVOKED),
    (GrantState.ISSUED, GrantMove.LAPSE): GrantRule(GrantState.LAPSED, (Guard.LAPSED,)),
}


def grant_apply(state: GrantState, move: GrantMove, facts: GrantFacts) -> GrantState:
    """Return the state of a grant after ``move``.

    Raises:
        IllegalMoveError: if the table has no such move, so a consumed grant never runs twice.
        GuardFailedError: if the grant is not usable yet, has lapsed, or has not lapsed yet.
    """
    rule = GRANT_MOVES.get((state, move))
    if rule is None:
        raise IllegalMoveError(state.value, move.value)
    for guard in rule.guards:
        if not GRANT_GUARDS[guard](facts):
            raise GuardFailedError(state.value, move.value, guard)
    return rule.after
