"""From when to when a breaker held an agent, as its moves tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.domain.types import ENDED_BY_PEOPLE, BreakerState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from governance.models import Agent, BreakerTransition


@dataclass(frozen=True, slots=True)
class Freeze:
    """A freeze: until None while it goes on; `by` is the move that began it, None if it is older.

    ``since`` is then when the moves that were read begin.
    """

    since: datetime
    until: datetime | None
    by: BreakerTransition | None


def freezes(
    agent: Agent, moves: Sequence[BreakerTransition], *, start: datetime
) -> tuple[Freeze, ...]:
    """Return the agent's freezes since ``start``, oldest first.

    Args:
        agent: with its standing, which says how it is where it has not moved.
        moves: all since ``start``, oldest first.
        start: from when on they were read.
    """
    enforced = [move for move in moves if move.enforced]
    standing = {"state": agent.standing.breaker_state, "hold": agent.standing.hold}
    found: list[Freeze] = []
    was_held = _holds(enforced[0].before if enforced else standing)
    open_ = Freeze(start, None, None) if was_held else None
    for move in enforced:
        is_held = _holds(move.after)
        if is_held and open_ is None:
            open_ = Freeze(move.created_at, None, move)
        elif not is_held and open_ is not None:
            found.append(Freeze(open_.since, move.created_at, open_.by))
            open_ = None
    return tuple(found if open_ is None else [*found, open_])


def _holds(place: Mapping[str, str]) -> bool:
    """Return whether a breaker lets nothing start there: it is open, or a person froze it."""
    return place["state"] == BreakerState.OPEN or place["hold"] in ENDED_BY_PEOPLE
