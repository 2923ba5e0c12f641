"""An agent's history as values: its facts in their order, to be folded again.

Outcomes and what people, critical events and the clock did are inputs; what the detector made of
them is not, but for how it met the cap on frozen agents, which only the fleet of that day knows.
"""

from __future__ import annotations

from typing import NamedTuple

from governance.domain.agent_state import AgentState
from governance.domain.arrival import jitter_drawn
from governance.domain.breaker import breaker_starve, breaker_trip, probation_begin
from governance.domain.breaker_fold import EnginePolicy, alarm_standing
from governance.domain.breaker_moves import Moved
from governance.domain.class_rates import RefreshView
from governance.domain.holds import breaker_force_open, breaker_release, breaker_release_early
from governance.domain.modes import breaker_mode_change
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.settling import Settled, agent_latch, frozen_by
from governance.domain.transitions import BreakerMove, BreakerReason
from governance.domain.types import BreakerMode, Result


class Judged(NamedTuple):
    """An outcome as it was reported, its lateness as it was found, and what it was judged by."""

    number: int
    fact: OutcomeFact
    refresh: RefreshView
    policy: EnginePolicy


class Act(NamedTuple):
    """A move of the breaker that no outcome made, at ``at_s`` (epoch seconds of receipt)."""

    number: int
    move: BreakerMove
    reason: BreakerReason
    sentence: str
    at_s: float
    mode: BreakerMode | None
    policy: EnginePolicy


class Acknowledged(NamedTuple):
    """People looked at what drifted."""

    number: int
    rebaseline: bool


class Corrected(NamedTuple):
    """From here on the outcome with fact ``outcome`` counts as ``after``, verified."""

    number: int
    outcome: int
    after: Result

    def known(self, fact: OutcomeFact) -> OutcomeFact:
        """Return the outcome as it is known from here on; a person vouches for it now."""
        return fact._replace(result=self.after, verified=True, vouched_inside=False)

    def concerns(self) -> tuple[int, ...]:
        """Return the facts of the outcomes that it changes."""
        return (self.outcome,)


class Reweighed(NamedTuple):
    """From here on the outcomes with facts ``outcomes`` weigh nothing in trust, for only a ring
    vouches for them, or weigh again what they weighed.
    """

    number: int
    outcomes: frozenset[int]
    vouched_inside: bool

    @property
    def outcome(self) -> int:
        """Return the first of the outcomes: from there on the history is folded anew."""
        return min(self.outcomes)

    def known(self, fact: OutcomeFact) -> OutcomeFact:
        """Return the outcome as it is known from here on."""
        return fact._replace(vouched_inside=self.vouched_inside)

    def concerns(self) -> tuple[int, ...]:
        """Return the facts of the outcomes that it changes."""
        return tuple(self.outcomes)


Change = Corrected | Reweighed
Fact = Judged | Act | Acknowledged | Change


class Trip(NamedTuple):
    """How an alarm was settled, at fact ``number`` or, within a batch, shortly after."""

    number: int
    supervised: bool


_BY_PEOPLE = {
    BreakerMove.FORCED_OPEN: breaker_force_open,
    BreakerMove.RELEASED: breaker_release,
    BreakerMove.RELEASED_EARLY: breaker_release_early,
}


class UnknownActError(ValueError):
    """A recorded move that only an outcome can make."""


def act_made(state: AgentState, act: Act, *, agent_id: str) -> Settled:
    """Return the state after a recorded act, made again by the same rules.

    Raises:
        IllegalMoveError: if the breaker does not stand where it stood then.
        UnknownActError: for a move that is no act.
    """
    breaker, now_s, policy = state.breaker, act.at_s, act.policy.breaker
    jitter = jitter_drawn(agent_id, act.number)
    by_people = _BY_PEOPLE.get(act.move)
    if by_people is not None:
        return _settled(state, by_people(breaker, act.sentence, now_s=now_s))
    match act.move:
        case BreakerMove.LATCHED:
            return agent_latch(
                state, act.reason, act.sentence, act.policy, now_s=now_s, jitter=jitter
            )
        case BreakerMove.PROBATION_STARTED:
            return _settled(state, probation_begin(breaker, now_s=now_s))
        case BreakerMove.STARVED:
            return _settled(state, breaker_starve(breaker, policy, now_s=now_s, jitter=jitter))
        case BreakerMove.TRIPPED if (
            alarm := alarm_standing(breaker, state.tier, policy)
        ) is not None:
            return _settled(state, breaker_trip(breaker, alarm, policy, now_s=now_s, jitter=jitter))
        case BreakerMove.MODE_CHANGED if act.mode is not None:
            return _settled(
                state, breaker_mode_change(breaker, act.mode, act.sentence, now_s=now_s)
            )
    raise UnknownActError(f"{act.move.value} at fact {act.number} is no act")


def _settled(state: AgentState, moved: Moved) -> Settled:
    return frozen_by(state.with_breaker(moved.breaker), moved.record)
