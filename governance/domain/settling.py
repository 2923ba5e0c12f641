"""Moves of an agent that need more than its own outcome: the fleet's count, a clock, a person."""

from __future__ import annotations

from typing import NamedTuple

from governance.domain.agent_state import AgentState
from governance.domain.breaker import (
    breaker_latch,
    breaker_starve,
    breaker_supervise,
    breaker_trip,
    is_probation_due,
    is_starved,
    probation_begin,
)
from governance.domain.breaker_fold import EnginePolicy, alarm_standing
from governance.domain.drift_fold import bands_acknowledged, drift_acknowledged
from governance.domain.freezing import TripEffect, trip_effect
from governance.domain.policy.drift import DriftPolicy
from governance.domain.transitions import (
    BreakerMove,
    BreakerMoved,
    BreakerReason,
    DriftAlarmed,
    TierCause,
    TierChanged,
    Transition,
    TripEvidence,
)
from governance.domain.types import Hold, Tier

_COSTS_TIER = {BreakerMove.TRIPPED, BreakerMove.LATCHED, BreakerMove.PROBATION_FAILED}


class Settled(NamedTuple):
    """The state after a move, and the records of what changed."""

    state: AgentState
    transitions: tuple[Transition, ...]


def trip_settle(
    state: AgentState,
    alarm: TripEvidence,
    policy: EnginePolicy,
    *,
    frozen: int,
    eligible: int,
    now_s: float,
    jitter: float,
) -> Settled:
    """Freeze an agent on an alarm of `outcome_fold`, or supervise it over the frozen-share cap.

    Supervision costs no tier: over the cap something shared has probably failed.

    Args:
        state: as `outcome_fold` returned it with the alarm.
        alarm: the numbers that raised it.
        policy: trust and breaker.
        frozen: agents of the fleet the detector has frozen, this one not included.
        eligible: agents not paused and seen within 24 h, this one included.
        now_s: time of receipt, epoch seconds.
        jitter: in [-1, 1].
    """
    if trip_effect(frozen, eligible, policy.breaker) is TripEffect.SUPERVISED:
        moved = breaker_supervise(
            state.breaker, alarm, frozen=frozen, eligible=eligible, now_s=now_s
        )
        return Settled(state.with_breaker(moved.breaker), (moved.record,))
    moved = breaker_trip(state.breaker, alarm, policy.breaker, now_s=now_s, jitter=jitter)
    return frozen_by(state.with_breaker(moved.breaker), moved.record)


def supervision_review(
    state: AgentState,
    policy: EnginePolicy,
    *,
    frozen: int,
    eligible: int,
    now_s: float,
    jitter: float,
) -> Settled | None:
    """Freeze a supervised agent that is still suspect once the cap allows it (B13), else None."""
    breaker = state.breaker
    if breaker.hold is not Hold.SUPERVISED:
        return None
    alarm = alarm_standing(breaker, state.tier, policy.breaker)
    if alarm is None:
        return None
    if trip_effect(frozen, eligible, policy.breaker) is TripEffect.SUPERVISED:
        return None
    moved = breaker_trip(breaker, alarm, policy.breaker, now_s=now_s, jitter=jitter)
    return frozen_by(state.with_breaker(moved.breaker), moved.record)


def agent_latch(
    state: AgentState,
    reason: BreakerReason,
    sentence: str,
    policy: EnginePolicy,
    *,
    now_s: float,
    jitter: float,
) -> Settled:
    """Freeze and latch an agent on one critical event (B3), whatever its state.

    Raises:
        ValueError: if ``reason`` is not a critical one.
    """
    moved = breaker_latch(
        state.breaker, reason, sentence, policy.breaker, now_s=now_s, jitter=jitter
    )
    return frozen_by(state.with_breaker(moved.breaker), moved.record)


def agent_due(
    state: AgentState, policy: EnginePolicy, *, now_s: float, jitter: float, blocked: bool
) -> Settled | None:
    """Make the move that time alone makes due, or None.

    A freeze that is over leads to probation (B4) unless ``blocked`` by an open ticket; probation
    without a verdict leads back to a freeze (B8).
    """
    breaker = state.breaker
    if is_probation_due(breaker, now_s) and not blocked:
        moved = probation_begin(breaker, now_s=now_s)
    elif is_starved(breaker, now_s, policy.breaker):
        moved = breaker_starve(breaker, policy.breaker, now_s=now_s, jitter=jitter)
    else:
        return None
    return Settled(state.with_breaker(moved.breaker), (moved.record,))


def drifted_by(state: AgentState, alarms: tuple[DriftAlarmed, ...], policy: DriftPolicy) -> Settled:
    """Return the state after alarms of drift: unless they are held, they cost tiers at once.

    The time to wait for a promotion starts anew even where the tier was low already.
    """
    found = [alarm for alarm in alarms if not alarm.held]
    if not found or policy.tiers_lost == 0:
        return Settled(state, alarms)
    at_s, tiers = found[0].at_s, list(Tier)
    after = tiers[min(len(tiers) - 1, state.tier.rank + policy.tiers_lost)]
    demoted = state.in_tier(after, at_s)
    if after is state.tier:
        return Settled(demoted, alarms)
    changed = TierChanged(
        before=state.tier,
        after=after,
        cause=TierCause.DRIFT,
        sentence=found[0].sentence,
        at_s=at_s,
    )
    return Settled(demoted, (*alarms, changed))


def drift_acknowledge(state: AgentState, *, rebaseline: bool) -> AgentState:
    """Return the state once people have looked at what drifted (`drift_acknowledged`)."""
    bands = bands_acknowledged(state.bands, state.drift) if rebaseline else state.bands
    drift = drift_acknowledged(state.drift, rebaseline=rebaseline)
    return state._replace(bands=bands, drift=drift)


def frozen_by(state: AgentState, record: BreakerMoved) -> Settled:
    """Return the state after a breaker's move: a freeze by the detector costs the tier at once.

    The time to wait for a promotion starts anew even where the tier was low already. A freeze by
    hand says nothing about the agent's work, and one that only records costs nothing.
    """
    if record.move not in _COSTS_TIER or not record.enforced:
        return Settled(state, (record,))
    since_s = record.at_s if state.trust.at_s is None else state.trust.at_s
    demoted = state.in_tier(Tier.LOW, since_s)
    if state.tier is Tier.LOW:
        return Settled(demoted, (record,))
    changed = TierChanged(
        before=state.tier,
        after=Tier.LOW,
        cause=TierCause.BREAKER,
        sentence=record.sentence,
        at_s=since_s,
    )
    return Settled(demoted, (record, changed))
