"""Folds facts about an agent through the rules: live, replay, backtest and simulation alike.

One outcome is folded by `outcome_fold`. If it returns an alarm, the agent should be frozen; only
the caller can count how many agents are frozen already, under the fleet's lock. It passes the
counts to `trip_settle`, in the same transaction.

Nothing here reads a clock, draws a random number or changes an argument: the same facts give the
same state, today and in a re-fold.
"""

from __future__ import annotations

from governance.domain.agent_state import (
    AgentState,
    agent_state_new,
    state_from_plain,
    state_to_plain,
)
from governance.domain.breaker_fold import EnginePolicy, Seen, breaker_fold, lease_returned
from governance.domain.class_rates import RefreshView, class_key, failure_expected
from governance.domain.consistency import NO_BAND
from governance.domain.drift_fold import Measured, drift_fold, drift_quieted, drift_teaches
from governance.domain.drift_state import Drift
from governance.domain.freezing import TripEffect, trip_effect
from governance.domain.outcome_drift import failure_normal
from governance.domain.outcome_fact import Judgement, OutcomeFact, failure_of
from governance.domain.settling import (
    Settled,
    agent_due,
    agent_latch,
    drifted_by,
    frozen_by,
    supervision_review,
    trip_settle,
)
from governance.domain.sources import sources_seen
from governance.domain.suspicion import failure_usual
from governance.domain.tier_fold import tier_graded
from governance.domain.tiers import Patience
from governance.domain.transitions import (
    BreakerMoved,
    DriftAlarmed,
    TierCause,
    TierChanged,
    Transition,
    TripEvidence,
)
from governance.domain.trust import event_s
from governance.domain.trust_fold import Trusted, trust_fold
from governance.domain.value_object import ValueObject

__all__ = [
    "AgentState",
    "EnginePolicy",
    "Folded",
    "Judgement",
    "OutcomeFact",
    "RefreshView",
    "Settled",
    "TripEffect",
    "agent_due",
    "agent_latch",
    "agent_state_new",
    "outcome_fold",
    "state_from_plain",
    "state_to_plain",
    "supervision_review",
    "trip_effect",
    "trip_settle",
]


class Folded(ValueObject, frozen=True):
    """The state after an outcome, its judgement, what changed, and an alarm to settle or None."""

    state: AgentState
    judgement: Judgement
    transitions: tuple[Transition, ...]
    alarm: TripEvidence | None


def outcome_fold(
    state: AgentState,
    fact: OutcomeFact,
    refresh: RefreshView,
    policy: EnginePolicy,
    *,
    jitter: float,
    trusted: Trusted | None = None,
) -> Folded:
    """Return the state after one outcome; outcomes fold in order of arrival.

    A neutral outcome changes nothing but gives a probe's place back. A late one counts for trust
    only. Drift is not watched while the breaker restricts the agent, for it has found already that
    something is wrong. What the breaker does within probation is done here; an alarm is only
    proposed.

    Args:
        state: before the outcome.
        fact: the outcome; its time counts as ``max(at_s, the newest before)``.
        refresh: the class rates it is judged by; a re-fold passes the same.
        policy: trust, breaker and drift.
        jitter: in [-1, 1], drawn by the caller, for the length of a freeze.
        trusted: what `trust_fold` gives for it, where the caller knows that already.
    """
    key = class_key(fact.task_type, fact.level)
    expected = failure_expected(refresh, key, policy.trust)
    usual = failure_usual(state.breaker.learned, expected, policy.trust, policy.breaker)
    normal = failure_normal(
        state.drift.outcomes, expected, policy.trust.prior_strength, policy.drift
    )
    failure = failure_of(fact.result)
    if failure is None:
        after = state.with_breaker(lease_returned(state.breaker, fact.probe))
        judgement = _judgement(state, after, key, refresh, failure, expected, usual, 0.0, normal)
        return Folded(after, judgement, (), None)

    at_s = event_s(state.trust, fact.at_s)
    trust, sources, bands, weight = trusted or trust_fold(
        state,
        fact,
        failure,
        policy.trust,
        class_key=key,
        class_rate=expected,
        refresh=refresh,
        at_s=at_s,
        teaches=drift_teaches(state.drift, policy.drift),
    )
    moves: tuple[Transition, ...] = ()
    changed: tuple[DriftAlarmed, ...] = ()
    alarm: TripEvidence | None = None
    if fact.late:
        breaker, drift = lease_returned(state.breaker, fact.probe), state.drift
    else:
        seen = Seen(failure, expected, usual, at_s, fact.received_s, state.tier, fact.probe)
        watched = breaker_fold(state.breaker, seen, policy, jitter=jitter)
        breaker, moves, alarm = watched.breaker, watched.transitions, watched.alarm
        drift, changed = _watched(state, fact, seen, key, normal, alarm, refresh, policy)
    # A new agent's first outcome starts the time it must wait for a promotion.
    since_s = at_s if state.tier_since_s is None else state.tier_since_s
    after = AgentState(trust, sources, bands, state.tier, since_s, breaker, drift)
    transitions: tuple[Transition, ...] = ()
    if moves:
        after, transitions = _moved(after, moves)
    if changed:
        after, found = drifted_by(after, changed, policy.drift)
        transitions += found
    # What restricts an agent must end before its tier can rise.
    may_rise = alarm is None and not drift.open and not breaker.acts
    after, changes = _graded(after, at_s, refresh.sources_30d, policy, may_rise=may_rise)
    judgement = _judgement(state, after, key, refresh, failure, expected, usual, weight, normal)
    return Folded(after, judgement, transitions + changes, alarm)


def _moved(
    state: AgentState, moves: tuple[Transition, ...]
) -> tuple[AgentState, tuple[Transition, ...]]:
    """Return the state with what the breaker's moves cost it, and all records in order."""
    transitions: tuple[Transition, ...] = ()
    for move in moves:
        if isinstance(move, BreakerMoved):
            state, records = frozen_by(state, move)
            transitions += records
        else:
            transitions += (move,)
    return state, transitions


def _watched(  # noqa: PLR0917  as `_judgement`
    state: AgentState,
    fact: OutcomeFact,
    seen: Seen,
    key: str,
    normal: float,
    alarm: TripEvidence | None,
    refresh: RefreshView,
    policy: EnginePolicy,
) -> tuple[Drift, tuple[DriftAlarmed, ...]]:
    """Return the watch for drift after an outcome that counts, and its alarms."""
    if alarm is not None:
        return drift_quieted(state.drift), ()
    if state.breaker.acts:
        return state.drift, ()
    measured = Measured(
        seen.failure,
        seen.class_rate,
        normal,
        seen.at_s,
        state.bands.get(key, NO_BAND),
        fact.cost_usd,
        fact.duration_s,
    )
    return drift_fold(state.drift, measured, refresh.drift, policy.trust, policy.drift)


def _graded(
    state: AgentState, at_s: float, fleet_sources: int, policy: EnginePolicy, *, may_rise: bool
) -> tuple[AgentState, tuple[Transition, ...]]:
    """Return the state in the tier that its evidence carries, and the change of tier, if any."""

    def patience() -> Patience:
        waited_s = 0.0 if state.tier_since_s is None else at_s - state.tier_since_s
        sources = sources_seen(state.sources, at_s, policy.trust, most=policy.trust.sources_needed)
        return Patience(state.trust.evidence.weight, waited_s, sources, fleet_sources)

    graded = tier_graded(
        state.tier,
        state.trust.evidence,
        policy.trust,
        patience=patience if may_rise else None,
        prior=state.trust.prior.ratio,
    )
    if graded.tier is state.tier:
        return state, ()
    changed = TierChanged(
        before=state.tier,
        after=graded.tier,
        cause=TierCause.EVIDENCE,
        sentence=graded.sentence,
        at_s=at_s,
    )
    return state.in_tier(graded.tier, at_s), (changed,)


def _judgement(  # noqa: PLR0917  positional, because keywords cost on the path of every outcome
    before: AgentState,
    after: AgentState,
    key: str,
    refresh: RefreshView,
    failure: float | None,
    expected: float,
    usual: float,
    weight: float,
    normal: float,
) -> Judgement:
    return Judgement(
        key,
        refresh.number,
        failure,
        expected,
        usual,
        weight,
        before.tier,
        after.tier,
        before.breaker.run.suspicion,
        after.breaker.run.suspicion,
        normal,
    )
