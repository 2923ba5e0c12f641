"""What one outcome does to the watch for drift: outcomes, cost and duration combined."""

from __future__ import annotations

from collections.abc import Mapping

from governance.domain.amount_drift import amount_watched
from governance.domain.consistency import LEAST_COST_USD, LEAST_DURATION_S, Band, Usual
from governance.domain.drift_state import (
    NO_AMOUNT_WATCH,
    NO_OUTCOME_RUN,
    NO_OUTCOME_WATCH,
    AmountRun,
    AmountWatch,
    Drift,
    DriftFacts,
    DriftKind,
    DriftSignal,
    OpenAlarm,
    OutcomeRun,
    OutcomeWatch,
)
from governance.domain.drift_words import amount_phrase, amounts_of, failing_phrase
from governance.domain.limits import at_least
from governance.domain.outcome_drift import (
    Evidence,
    evidence,
    failure_now,
    is_near,
    outcome_watched,
    run_with,
)
from governance.domain.policy.drift import DriftPolicy
from governance.domain.policy.trust import TrustPolicy
from governance.domain.transitions import DriftAlarmed
from governance.domain.value_object import ValueObject

# Module names, because an enum member costs five times as much to look up, for each outcome.
_OUTCOMES, _COST, _DURATION = DriftKind
_SIGNALS = {
    DriftKind.COST: (DriftSignal.DEARER, DriftSignal.CHEAPER),
    DriftKind.DURATION: (DriftSignal.SLOWER, DriftSignal.FASTER),
}


class Measured(ValueObject, frozen=True):
    """One outcome as the watch sees it: ``failure`` in {0, 0.5, 1}, amounts None if not given.

    ``class_rate`` is what the rest of the fleet fails on the class, ``normal`` what this agent
    does; ``band`` is its usual cost and duration on the class before the outcome.
    """

    failure: float
    class_rate: float
    normal: float
    at_s: float
    band: Band
    cost_usd: float | None
    duration_s: float | None


def drift_fold(
    drift: Drift, seen: Measured, facts: DriftFacts, trust: TrustPolicy, policy: DriftPolicy
) -> tuple[Drift, tuple[DriftAlarmed, ...]]:
    """Return the watch after one outcome, and the alarms it raises.

    An alarm that is held, because the fleet has an incident of its kind, leaves nothing open:
    what goes on after the incident raises it again.
    """
    cost, duration, opened = drift.cost, drift.duration, drift.open
    alarms: tuple[DriftAlarmed, ...] = ()
    outcomes = _outcomes(drift, seen, facts, policy)
    if is_near(outcomes, facts.threshold, policy):
        found_by = evidence(outcomes, facts.threshold, policy)
        if found_by.is_enough:
            alarms = (_failing(outcomes.run, found_by, seen, facts),)
            outcomes = outcomes.quieted()
    if seen.cost_usd is not None:
        cost, found = _amount(drift, _COST, seen.cost_usd, seen, facts, trust, policy)
        alarms += found
    if seen.duration_s is not None:
        duration, found = _amount(drift, _DURATION, seen.duration_s, seen, facts, trust, policy)
        alarms += found
    for alarm in alarms:
        if not alarm.held:
            opened += (OpenAlarm(alarm.signal, alarm.at_s),)
    return Drift(outcomes, cost, duration, opened), alarms


def drift_quieted(drift: Drift) -> Drift:
    """Return the watch with every score at zero: what froze the agent is not found twice."""
    return Drift(
        drift.outcomes.quieted(),
        NO_AMOUNT_WATCH,
        NO_AMOUNT_WATCH,
        drift.open,
    )


def drift_teaches(drift: Drift, policy: DriftPolicy) -> tuple[bool, bool]:
    """Return whether the next outcome may teach what cost and duration are usual."""
    half = policy.amount_threshold / 2.0
    cost = drift.cost.more.score < half and drift.cost.less.score < half
    duration = drift.duration.more.score < half and drift.duration.less.score < half
    if not drift.open:
        return cost, duration
    return cost and not drift.is_open(_COST), duration and not drift.is_open(_DURATION)


def drift_acknowledged(drift: Drift, *, rebaseline: bool) -> Drift:
    """Return the watch with nothing open.

    With ``rebaseline`` what was open is learned anew from the next outcomes on, because people
    say that the present is normal; without, the agent goes on being held to what was normal.
    """
    outcomes = drift.outcomes
    if drift.is_open(_OUTCOMES):
        outcomes = NO_OUTCOME_WATCH if rebaseline else outcomes._replace(run=NO_OUTCOME_RUN)
    # An alarm of cost or duration has left nothing in its watch; what is usual is in the bands.
    return Drift(outcomes, drift.cost, drift.duration, ())


def bands_acknowledged(bands: Mapping[str, Band], drift: Drift) -> dict[str, Band]:
    """Return what is usual with whatever ``drift`` has open about cost or duration forgotten."""
    cost, duration = drift.is_open(_COST), drift.is_open(_DURATION)
    return {
        key: Band(Usual() if cost else band.cost, Usual() if duration else band.duration)
        for key, band in bands.items()
    }


def _outcomes(drift: Drift, seen: Measured, facts: DriftFacts, policy: DriftPolicy) -> OutcomeWatch:
    watch = drift.outcomes
    if drift.open and drift.is_open(_OUTCOMES):
        # Counted on, so that people see how it goes; learned only once they have looked.
        now = failure_now(seen.normal, facts.factor)
        return watch._replace(run=run_with(watch.run, seen.failure, now, seen.at_s))
    return outcome_watched(
        watch, seen.failure, seen.class_rate, seen.normal, seen.at_s, facts, policy
    )


def _amount(  # noqa: PLR0917  positional, because keywords cost on the path of every outcome
    drift: Drift,
    kind: DriftKind,
    amount: float,
    seen: Measured,
    facts: DriftFacts,
    trust: TrustPolicy,
    policy: DriftPolicy,
) -> tuple[AmountWatch, tuple[DriftAlarmed, ...]]:
    watch, usual, least = (
        (drift.cost, seen.band.cost, LEAST_COST_USD)
        if kind is _COST
        else (drift.duration, seen.band.duration, LEAST_DURATION_S)
    )
    if drift.open and drift.is_open(kind):
        return watch, ()
    least_sigma = trust.consistency_least_sigma
    watch = amount_watched(watch, usual, at_least(amount, least), seen.at_s, least_sigma, policy)
    more, less = watch.more, watch.less
    if more.score >= policy.amount_threshold:
        run, signal = more, _SIGNALS[kind][0]
    elif less.score >= policy.amount_threshold:
        run, signal = less, _SIGNALS[kind][1]
    else:
        return watch, ()
    return NO_AMOUNT_WATCH, (_changed(signal, run, seen, facts, policy),)


def _failing(
    run: OutcomeRun, found_by: Evidence, seen: Measured, facts: DriftFacts
) -> DriftAlarmed:
    factor = facts.factor
    return DriftAlarmed(
        signal=DriftSignal.FAILING,
        sentence=failing_phrase(run, seen.at_s, factor),
        at_s=seen.at_s,
        since_s=run.since_s,
        tasks=run.tasks,
        normal=run.expected / run.tasks,
        now=(run.failures + run.partials / 2.0) / run.tasks,
        score=found_by.score,
        threshold=found_by.needed,
        factor=factor,
        held=_OUTCOMES.value in facts.incidents,
    )


def _changed(
    signal: DriftSignal, run: AmountRun, seen: Measured, facts: DriftFacts, policy: DriftPolicy
) -> DriftAlarmed:
    now, usual = amounts_of(run)
    return DriftAlarmed(
        signal=signal,
        sentence=amount_phrase(signal, run, seen.at_s),
        at_s=seen.at_s,
        since_s=run.since_s,
        tasks=run.tasks,
        normal=usual,
        now=now,
        score=run.score,
        threshold=policy.amount_threshold,
        factor=1.0,
        held=signal.kind.value in facts.incidents,
    )
