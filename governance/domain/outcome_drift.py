"""Whether an agent fails more often than it normally does on such work.

Two one-sided risk-adjusted CUSUMs of log likelihood ratios between "as normal" and "the odds of
failure are R times as high", with one baseline that the agent's own outcomes teach. The one looks
for slight changes, which take long to prove; the other for severe ones, which must be found soon.

Sources: Page (1954); Steiner, Cook, Farewell and Treasure (2000); docs/evidence.md, Drift, whose
single R of 2.5 misses twice as many slight changes.
"""

from __future__ import annotations

import math

from governance.domain.drift_state import NO_OUTCOME_RUN, DriftFacts, OutcomeRun, OutcomeWatch
from governance.domain.limits import at_least, at_most
from governance.domain.policy.drift import DriftPolicy
from governance.domain.value_object import ValueObject

# The failure rate for which thresholds are stated: that of an ordinary agent.
NORMAL_REFERENCE = 0.05
# Who hardly ever fails is not suspected for the second failure.
LEAST_NORMAL = 0.01
_LEAST_SHIFT = math.log(LEAST_NORMAL / NORMAL_REFERENCE)


def failure_normal(
    watch: OutcomeWatch, class_rate: float, prior: float, policy: DriftPolicy
) -> float:
    """Return p, what this agent normally fails on this class: class rate x the agent's ratio.

    Args:
        watch: with the baseline.
        class_rate: what the rest of the fleet fails on the class.
        prior: expected failures the agent is assumed to have had, as the rest of the fleet.
        policy: gives the bounds of the result.
    """
    normal = class_rate * (prior + watch.failures) / (prior + watch.expected)
    return at_most(at_least(normal, policy.normal_floor), policy.normal_ceiling)


def failure_now(normal: float, factor: float) -> float:
    """Return p where the odds are ``factor`` times as high: what everybody suffers is no drift."""
    if factor <= 1.0:
        return normal
    odds = factor * normal / (1.0 - normal)
    return odds / (1.0 + odds)


def failure_step(failure: float, expected: float, ratio: float) -> float:
    """Return what one outcome adds to a score, ``failure`` in {0, 0.5, 1}.

    Args:
        failure: of the outcome.
        expected: share of such work that normally fails.
        ratio: of the odds of failure that the score looks for.
    """
    passed = math.log1p((ratio - 1.0) * expected)
    # Most outcomes succeed, and need no second logarithm.
    return failure * math.log(ratio) - passed if failure else -passed


def threshold_for(threshold: float, normal: float) -> float:
    """Return the score that is evidence against an agent that normally fails ``normal``.

    One threshold for all would find three times as many false alarms among agents that fail 10 %
    as among those that fail 3 %: chance raises them in proportion to the failures there are. So
    it moves by the logarithm of that proportion, and all agents are suspected equally seldom.

    Args:
        threshold: for an agent that normally fails `NORMAL_REFERENCE`.
        normal: share in [0, 1).

    Source: own choice, from the false alarms by failure rate of docs/evidence.md, Drift.
    """
    return threshold + math.log(at_least(normal, LEAST_NORMAL) / NORMAL_REFERENCE)


def threshold_least(threshold: float) -> float:
    """Return what `threshold_for` never falls below, without its logarithm."""
    return threshold + _LEAST_SHIFT


class Evidence(ValueObject, frozen=True):
    """A score, and what it must reach to be an alarm; both in log odds."""

    score: float
    needed: float

    @property
    def is_enough(self) -> bool:
        """Return whether the score raises an alarm."""
        return self.score >= self.needed


def evidence(watch: OutcomeWatch, threshold: float, policy: DriftPolicy) -> Evidence:
    """Return whichever of the two scores is nearer to an alarm.

    Args:
        watch: after an outcome.
        threshold: for an agent that normally fails `NORMAL_REFERENCE`.
        policy: drift.
    """
    run = watch.run
    if not run.tasks:
        return Evidence(watch.score, threshold)
    slight = Evidence(watch.score, threshold_for(threshold, run.expected / run.tasks))
    severe = Evidence(watch.severe, slight.needed + policy.severe_margin)
    return severe if severe.score * slight.needed > slight.score * severe.needed else slight


def is_near(watch: OutcomeWatch, threshold: float, policy: DriftPolicy) -> bool:
    """Return whether a score above zero is so high that `evidence` may be enough."""
    least = threshold_least(threshold)
    return watch.score > 0.0 and (
        watch.score >= least or watch.severe >= least + policy.severe_margin
    )


def outcome_watched(  # noqa: PLR0917  positional, because keywords cost on the path of every outcome
    watch: OutcomeWatch,
    failure: float,
    class_rate: float,
    normal: float,
    at_s: float,
    facts: DriftFacts,
    policy: DriftPolicy,
) -> OutcomeWatch:
    """Return the watch after one outcome.

    The first outcomes only teach, and none teaches while the score is at half the threshold or
    above: an agent must not teach us that failing is normal.

    Args:
        watch: before the outcome.
        failure: 0, 0.5 or 1.
        class_rate: what the rest of the fleet fails on the class.
        normal: what the agent does, from `failure_normal`.
        at_s: event time, epoch seconds.
        facts: the threshold, and how much more often than usual the fleet fails now.
        policy: drift.
    """
    score, seen = watch.score, watch.seen
    failures, expected, weight = watch.failures, watch.expected, watch.weight
    if (
        score < threshold_least(facts.threshold) / 2.0
        or score == 0.0
        or score < threshold_for(facts.threshold, normal) / 2.0
    ):
        weight += 1.0
        kept = 1.0
        if weight > policy.memory:
            kept, weight = policy.memory / weight, float(policy.memory)
        failures, expected = (failures + failure) * kept, (expected + class_rate) * kept
    if seen < policy.learning:
        return OutcomeWatch(0.0, seen + 1, failures, expected, weight, watch.run)
    now = failure_now(normal, facts.factor)
    score += failure_step(failure, now, policy.odds_ratio)
    if score <= 0.0:
        # As normal again: what led here no longer counts.
        return OutcomeWatch(0.0, seen + 1, failures, expected, weight, NO_OUTCOME_RUN)
    severe = at_least(watch.severe + failure_step(failure, now, policy.severe_ratio), 0.0)
    run = run_with(watch.run, failure, now, at_s)
    return OutcomeWatch(score, seen + 1, failures, expected, weight, run, severe)


def run_with(run: OutcomeRun, failure: float, expected: float, at_s: float) -> OutcomeRun:
    """Return the run with one task more, that fails ``expected`` when all is normal."""
    return OutcomeRun(
        run.tasks + 1,
        run.failures + (failure == 1.0),
        run.partials + (failure == 0.5),
        run.expected + expected,
        run.since_s if run.tasks else at_s,
    )
