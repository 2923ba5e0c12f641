"""What one outcome does to a breaker: suspicion, probation and moves combined."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from governance.domain.breaker import (
    breaker_close,
    breaker_reopen,
    is_probation_due,
    probation_begin,
    supervision_end,
)
from governance.domain.breaker_state import Breaker, Probation
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
from governance.domain.transitions import ProbeJudged, Transition, TripEvidence
from governance.domain.types import BreakerState, Hold, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePolicy:
    """The part of a policy that the engine needs."""

    trust: TrustPolicy
    breaker: BreakerPolicy
    drift: DriftPolicy = field(default_factory=DriftPolicy)


class Seen(NamedTuple):
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


class Watched(NamedTuple):
    """The breaker after an outcome, what it did, and the alarm if the agent should be frozen."""

    breaker: Breaker
    transitions: tuple[Transition, ...] = ()
    alarm: TripEvidence | None = None


def breaker_fold(breaker: Breaker, seen: Seen, policy: EnginePolicy, *, jitter: float) -> Watched:
    """Return the breaker after an outcome that counts: neither neutral nor late.

    A freeze that is over by the outcome's time of receipt ends here as well as in the sweeper, so
    that recorded history, and agents whose breaker only watches, pass through probation too.
    """
    if breaker.state is BreakerState.CLOSED and not breaker.is_person_held:
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


def _closed_fold(breaker: Breaker, seen: Seen, policy: EnginePolicy) -> Watched:
    run = run_after(breaker.run, seen.failure, seen.usual)
    threshold = policy.breaker.threshold(seen.tier)
    learned = breaker.learned
    if is_learning(breaker.run, threshold):
        learned = learned_after(learned, seen.failure, seen.class_rate, seen.at_s, policy.trust)
    if breaker.hold is Hold.SUPERVISED:
        run = run_capped(run, threshold)
        after = breaker.observing(run, learned)
        if run.quiet < policy.breaker.supervised_clean:
            return Watched(after)
        moved = supervision_end(after, policy.breaker, now_s=seen.received_s)
        return Watched(moved.breaker, (moved.record,))
    after = breaker.observing(run, learned)
    if not is_alarm(run, threshold, policy.breaker):
        return Watched(after)
    return Watched(after, (), alarm_evidence(after, seen.tier, policy.breaker))


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
