"""The agent's standing: one row that changes as a whole, and the record of each breaker move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from governance import events
from governance.domain.arrival import jitter_drawn, release_awaited
from governance.domain.engine import AgentState, EnginePolicy, state_from_plain, state_to_plain
from governance.domain.fleet_incident import shared_phrase
from governance.domain.standing import standing
from governance.domain.transitions import (
    BreakerMove,
    BreakerMoved,
    DriftAlarmed,
    ProbeJudged,
    TierChanged,
    Transition,
)
from governance.domain.types import BreakerState, HoldOrigin
from governance.models import Agent, BreakerTransition
from governance.selectors.fleets import in_shadow
from governance.selectors.policies import policy_in_force
from governance.services.fleet_alarm import overflow_shared
from governance.services.rows import row_update
from governance.services.stops import agent_stop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from governance.domain.policy import Policy
    from governance.models import Fleet, PolicyVersion, Standing

SEEN_STEP = timedelta(minutes=1)

BREAKER_EVENTS: dict[BreakerMove, type[events.BreakerMoved]] = {
    BreakerMove.TRIPPED: events.BreakerTripped,
    BreakerMove.OVERFLOW: events.BreakerOverflow,
    BreakerMove.WOULD_TRIP: events.BreakerWouldTrip,
    BreakerMove.LATCHED: events.BreakerLatched,
    BreakerMove.PROBATION_STARTED: events.ProbationStarted,
    BreakerMove.RELEASED_EARLY: events.BreakerReleasedEarly,
    BreakerMove.CLOSED: events.BreakerClosed,
    BreakerMove.PROBATION_FAILED: events.ProbationFailed,
    BreakerMove.STARVED: events.ProbationStarved,
    BreakerMove.FORCED_OPEN: events.BreakerForcedOpen,
    BreakerMove.RELEASED: events.BreakerReleased,
    BreakerMove.SUPERVISION_ENDED: events.SupervisionEnded,
    BreakerMove.MODE_CHANGED: events.BreakerModeChanged,
}

BY_PEOPLE = {
    BreakerMove.FORCED_OPEN,
    BreakerMove.RELEASED,
    BreakerMove.RELEASED_EARLY,
    BreakerMove.MODE_CHANGED,
}


def state_of(row: Standing) -> AgentState:
    """Return the engine's state behind a standing."""
    return state_from_plain(row.state)


def settled_store(
    *,
    agent: Agent,
    fleet: Fleet,
    state: AgentState,
    transitions: Sequence[Transition],
    actor: str,
    now: datetime,
) -> tuple[events.FleetEvent, ...]:
    """Store the new state of a locked agent with the record of each change (a step).

    Whoever freezes it, the detector or a deadline, stops its tasks with it. In shadow what they
    find is recorded and stops nothing; what people do acts all the same.

    Returns:
        One event for each transition and each stopped task, for the caller to publish last.
    """
    version, policy = policy_in_force(fleet=fleet)
    row = agent.standing
    was_open = row.breaker_state == BreakerState.OPEN
    shadow = in_shadow(agent, fleet)
    if shadow:
        transitions = [_in_shadow(each) for each in transitions]
    _project(row, state, policy, now)
    row.awaits_release = release_awaited(row.awaits_release, transitions)
    row_update(row)
    told = tuple(
        _event(agent, each, actor, version, now)
        for each in transitions
        # Stored with the outcome that raised it (`services.drift.alarms_store`).
        if not isinstance(each, DriftAlarmed)
    )
    acts = state.breaker.acts and (not shadow or state.breaker.hold_origin is HoldOrigin.PERSON)
    if was_open or row.breaker_state != BreakerState.OPEN or not acts:
        return told
    return (*told, *agent_stop(agent=agent, actor=actor, now=now))


def engine_policy(policy: Policy) -> EnginePolicy:
    """Return the part of a policy that folding needs."""
    return EnginePolicy(trust=policy.trust, breaker=policy.breaker, drift=policy.drift)


def _project(row: Standing, state: AgentState, policy: Policy, now: datetime) -> None:
    """Put a state and its projection on the row: the columns are never written without it."""
    shown = standing(state, policy.trust, now_s=now.timestamp())
    breaker = state.breaker
    row.state = state_to_plain(state)
    row.version += 1
    row.tier = shown.tier.value
    row.outcomes = shown.outcomes
    row.trust, row.trust_low, row.trust_high = (
        (shown.trust, shown.low, shown.high) if shown.enough else (None, None, None)
    )
    row.breaker_state = breaker.state.value
    row.breaker_mode = breaker.mode.value
    row.drifting = bool(state.drift.open)
    row.hold, row.hold_origin = breaker.hold.value, breaker.hold_origin.value
    row.breaker_level = breaker.level
    row.frozen_until = moment(breaker.frozen_until_s)
    row.half_open_since = moment(breaker.probation.since_s)
    row.updated_at = now


def _in_shadow(transition: Transition) -> Transition:
    """Return the record of a move that only says what would have been, unless a person made it."""
    if isinstance(transition, BreakerMoved) and transition.move not in BY_PEOPLE:
        return replace(transition, enforced=False)
    return transition


def _event(
    agent: Agent,
    transition: BreakerMoved | ProbeJudged | TierChanged,
    actor: str,
    policy: PolicyVersion,
    now: datetime,
) -> events.FleetEvent:
    match transition:
        case BreakerMoved():
            return _breaker_event(agent, transition, actor, policy, now)
        case ProbeJudged():
            return events.ProbeJudged(
                fleet_id=agent.fleet_id,
                actor=actor,
                agent_id=agent.pk,
                passed=transition.passed,
                sentence=transition.sentence,
            )
        case TierChanged():
            return events.TierChanged(
                fleet_id=agent.fleet_id,
                actor=actor,
                agent_id=agent.pk,
                before=transition.before.value,
                after=transition.after.value,
                sentence=transition.sentence,
            )


def _breaker_event(
    agent: Agent, record: BreakerMoved, actor: str, policy: PolicyVersion, now: datetime
) -> events.BreakerMoved:
    """Store one move of a breaker in the agent's order of facts and return its event."""
    evidence = msgspec.to_builtins(record.evidence) if record.evidence else {}
    sentence = record.sentence
    if record.move is BreakerMove.OVERFLOW:
        # The fleet's lock is held: the cap was counted under it.
        shared = overflow_shared(agent=agent, now=now)
        evidence = {**evidence, "shared": [each._asdict() for each in shared]}
        sentence = f"{sentence} {shared_phrase(shared)}"
    row = BreakerTransition.objects.create(
        agent=agent,
        fact=agent.standing.facts,
        move=record.move.value,
        actor=actor,
        enforced=record.enforced,
        reason=sentence,
        arguments=_arguments(record),
        evidence=evidence,
        before={"state": record.state_before.value, "hold": record.hold_before.value},
        after={"state": record.state_after.value, "hold": record.hold_after.value},
        policy=policy,
        created_at=now,
    )
    frozen_until = moment(record.frozen_until_s)
    return BREAKER_EVENTS[record.move](
        fleet_id=agent.fleet_id,
        actor=actor,
        agent_id=agent.pk,
        transition_id=row.pk,
        sentence=sentence,
        reason=record.reason.value,
        enforced=record.enforced,
        needs_release=record.needs_release,
        critical=record.reason.is_critical,
        level=record.level,
        before=_place(row.before),
        after=_place(row.after),
        frozen_until=frozen_until.isoformat() if frozen_until else None,
        policy_version=policy.number,
        evidence=row.evidence,
    )


def _arguments(record: BreakerMoved) -> dict[str, str | float]:
    """Return what a re-fold needs to make the move again."""
    arguments: dict[str, str | float] = {"reason": record.reason.value, "at_s": record.at_s}
    if record.mode is not None:
        arguments["mode"] = record.mode.value
    return arguments


def jitter_of(agent: Agent, fact: int) -> float:
    """Return the jitter in [-1, 1] of one fact: spread over agents, the same in every re-fold."""
    return jitter_drawn(str(agent.pk), fact)


def agent_seen(*, agent: Agent, now: datetime) -> None:
    """Remember when the agent last asked or reported, to the minute."""
    if agent.last_seen_at is None or now - agent.last_seen_at >= SEEN_STEP:
        Agent.objects.filter(pk=agent.pk).update(last_seen_at=now)


def moment(seconds: float | None) -> datetime | None:
    """Return epoch seconds as an aware time."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _place(place: dict[str, str]) -> str:
    return place["state"] if place["hold"] == "none" else f"{place['state']}, {place['hold']}"
