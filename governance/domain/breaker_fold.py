"""What one outcome does to a breaker: suspicion, probation and moves combined."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from governance.domain.breaker import (
    breaker_close,
    breaker_reopen,
    breaker_would_trip,
    is_probation_due,
    probation_begin,
    supervision_end,
)
from governance.domain.breaker_state import Breaker, Probation
from governance.domain.plain_rules import recent_after, rule_phrase, rule_told, rules_met
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.drift import DriftPolicy
from governance.domain.policy.trust import TrustPolicy
from governance.domain.probation import (
    ProbationVerdict,
    probation_after,
    probation_bound,
    probation_phrase,
    probation_verdict,
    probe_returned,
)
from governance.domain.suspicion import (
    is_alarm,
    is_learning,
    learned_after,
    outcome_step,
    run_after,
    run_capped,
    run_phrase,
)
from governance.domain.transitions import BreakerReason, ProbeJudged, Transition, TripEvidence
from governance.domain.types import BreakerState, Hold, RuleMode, Tier
from governance.domain.value_object import ValueObject


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePolicy:
    """The part of a policy that the engine needs."""

    trust: TrustPolicy
    breaker: BreakerPolicy
    drift: DriftPolicy = field(default_factory=DriftPolicy)


# Module names, because an enum member costs five times as much to look up, for each outcome.
_CLOSED, _SUPERVISED = BreakerState.CLOSED, Hold.SUPERVISED


class Seen(ValueObject, frozen=True):
    """One outcome as the breaker sees it.

    ``failure`` in {0, 0.5, 1}; ``class_rate`` is what the rest of the fleet fails on such work,
    ``usual`` what this agent does; ``tier`` is the agent's before the outcome; ``probe`` is the
    task, if it ran as a probe.
    """

    failure: float
    class_rate: float
    usual: float
    at_s: float
    received_s: float
    tier: Tier
    probe: str | None


class Watched(ValueObject, frozen=True):
    """The breaker after an outcome, what it did, and the alarm if the agent should be frozen."""

    breaker: Breaker
    transitions: tuple[Transition, ...] = ()
    alarm: TripEvidence | None = None


def breaker_fold(breaker: Breaker, seen: Seen, policy: EnginePolicy, *, jitter: float) -> Watched:
    """Return the breaker after an outcome that counts: neither neutral nor late.

    A freeze that is over by the outcome's time of receipt ends here as well as in the sweeper, so
    that recorded history, and agents whose breaker only watches, pass through probation too.
    """
    if breaker.state is _CLOSED and not breaker.is_person_held:
        return _closed_fold(breaker, seen, policy)
    if is_probation_due(breaker, seen.received_s):
        moved = probation_begin(breaker, now_s=seen.received_s)
        judged = _probe_fold(moved.breaker, seen, policy, jitter=jitter)
        return judged._replace(transitions=(moved.record, *judged.transitions))
    if breaker.state is BreakerState.HALF_OPEN and not breaker.is_person_held:
        return _probe_fold(breaker, seen, policy, jitter=jitter)
    return Watched(breaker)


def lease_returned(breaker: Breaker, probe: str | None) -> Breaker:
    """Return the breaker with the place of ``probe`` free, if it has one."""
    return _with_probation(breaker, probe_returned(breaker.probation, probe))


def alarm_standing(breaker: Breaker, tier: Tier, policy: BreakerPolicy) -> TripEvidence | None:
    """Return what would freeze an agent that is suspected now, None if nothing would.

    Suspicion goes before a plain rule: it knows what is normal for the agent.
    """
    if not breaker.run.tasks:
        return None
    if breaker.run.suspicion >= policy.threshold(tier):
        return alarm_evidence(breaker, tier, policy)
    met = next(rules_met(breaker.recent, policy.rules, RuleMode.ENFORCE), None)
    return None if met is None else _rule_evidence(breaker, met, tier, policy)


def alarm_evidence(breaker: Breaker, tier: Tier, policy: BreakerPolicy) -> TripEvidence:
    """Return the numbers of a breaker's run whose suspicion is above zero."""
    run = breaker.run
    usual = run.expected / run.tasks
    return TripEvidence(
        tasks=run.tasks,
        failures=run.failures,
        partials=run.partials,
        usual=usual,
        suspicion=run.suspicion,
        threshold=policy.threshold(tier),
        tier=tier,
        sentence=run_phrase(run, usual),
    )


def _rule_evidence(
    breaker: Breaker, met: tuple[BreakerReason, int, int], tier: Tier, policy: BreakerPolicy
) -> TripEvidence:
    reason, failures, counted = met
    sentence = rule_phrase(reason, failures, counted, policy.rules)
    return replace(
        alarm_evidence(breaker, tier, policy),
        tasks=counted,
        failures=failures,
        partials=0,
        sentence=sentence,
        reason=reason,
    )


def _closed_fold(breaker: Breaker, seen: Seen, policy: EnginePolicy) -> Watched:
    run = run_after(breaker.run, seen.failure, seen.usual)
    threshold = policy.breaker.threshold(seen.tier)
    learned = breaker.learned
    if is_learning(breaker.run, threshold):
        learned = learned_after(learned, seen.failure, seen.class_rate, seen.at_s, policy.trust)
    failed = seen.failure == 1.0
    recent = recent_after(breaker.recent, failed, policy.breaker.rules)
    if breaker.hold is _SUPERVISED:
        run = run_capped(run, threshold)
        after = breaker.observing(run, learned, recent)
        if run.quiet >= policy.breaker.supervised_clean:
            moved = supervision_end(after, policy.breaker, now_s=seen.received_s)
            return Watched(moved.breaker, (moved.record,))
        return _told(after, seen, policy.breaker) if failed else Watched(after)
    after = breaker.observing(run, learned, recent)
    if is_alarm(run, threshold, policy.breaker):
        watched = _told(after, seen, policy.breaker)
        return watched._replace(alarm=alarm_evidence(watched.breaker, seen.tier, policy.breaker))
    # Only a failure freezes, even where a success fills up what a rate is taken of.
    return _ruled(after, seen, policy.breaker) if failed else Watched(after)


def _ruled(breaker: Breaker, seen: Seen, policy: BreakerPolicy) -> Watched:
    """Return the breaker after a failure that suspicion let pass, by the plain rules."""
    watched = _told(breaker, seen, policy)
    met = next(rules_met(breaker.recent, policy.rules, RuleMode.ENFORCE), None)
    if met is None:
        return watched
    return watched._replace(alarm=_rule_evidence(watched.breaker, met, seen.tier, policy))


def _told(breaker: Breaker, seen: Seen, policy: BreakerPolicy) -> Watched:
    """Return the breaker with what its rules in shadow say, once for each run of failures."""
    records: tuple[Transition, ...] = ()
    for met in rules_met(breaker.recent, policy.rules, RuleMode.SHADOW):
        recent = rule_told(breaker.recent, met[0])
        if recent is not None:
            breaker = breaker._replace(recent=recent)
            evidence = _rule_evidence(breaker, met, seen.tier, policy)
            told = breaker_would_trip(breaker, evidence, now_s=seen.received_s)
            records = (*records, told.record)
    return Watched(breaker, records)


def _probe_fold(breaker: Breaker, seen: Seen, policy: EnginePolicy, *, jitter: float) -> Watched:
    step = outcome_step(seen.failure, seen.usual)
    probation = probation_after(
        breaker.probation, failure=seen.failure, step=step, probe=seen.probe
    )
    after = _with_probation(breaker, probation)
    verdict = probation_verdict(probation, policy.breaker)
    sentence = probation_phrase(probation)
    if verdict is ProbationVerdict.PASSED:
        moved = breaker_close(after, sentence, now_s=seen.received_s)
        return Watched(moved.breaker, (moved.record,))
    if verdict is ProbationVerdict.FAILED:
        moved = breaker_reopen(
            after, sentence, policy.breaker, now_s=seen.received_s, jitter=jitter
        )
        return Watched(moved.breaker, (moved.record,))
    judged = ProbeJudged(
        passed=seen.failure == 0.0,
        sentence=sentence,
        at_s=seen.received_s,
        ratio=probation.ratio,
        bound=probation_bound(policy.breaker),
    )
    return Watched(after, (judged,))


def _with_probation(breaker: Breaker, probation: Probation) -> Breaker:
    return breaker._replace(probation=probation)
