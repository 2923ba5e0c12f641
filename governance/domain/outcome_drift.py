"""Whether an agent fails more often than it normally does on such work.

A one-sided risk-adjusted CUSUM of log likelihood ratios between "as normal" and "the odds of
failure are R times as high", with a baseline that the agent's own outcomes teach.

Sources: Page (1954); Steiner, Cook, Farewell and Treasure (2000); the parameters and figures are
science.md 2.1 and 2.2.
"""

from __future__ import annotations

import math

from governance.domain.drift_state import NO_OUTCOME_RUN, OutcomeRun, OutcomeWatch
from governance.domain.policy.drift import DriftPolicy


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
    if normal < policy.normal_floor:
        return policy.normal_floor
    return min(normal, policy.normal_ceiling)


def failure_now(normal: float, factor: float) -> float:
    """Return p where the odds are ``factor`` times as high: what everybody suffers is no drift."""
    if factor <= 1.0:
        return normal
    odds = factor * normal / (1.0 - normal)
    return odds / (1.0 + odds)


def failure_step(failure: float, expected: float, policy: DriftPolicy) -> float:
    """Return what one outcome adds to the score, ``failure`` in {0, 0.5, 1}."""
    ratio = policy.odds_ratio
    return failure * math.log(ratio) - math.log1p((ratio - 1.0) * expected)


def outcome_watched(
    watch: OutcomeWatch,
    failure: float,
    class_rate: float,
    normal: float,
    at_s: float,
    *,
    factor: float,
    threshold: float,
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
        factor: how many times as often as usual the rest of the fleet fails now.
        threshold: the score that raises an alarm.
        policy: drift.
    """
    score, seen, failures, expected, weight, run = watch
    if score < threshold / 2.0:
        weight += 1.0
        kept = 1.0
        if weight > policy.memory:
            kept, weight = policy.memory / weight, float(policy.memory)
        failures, expected = (failures + failure) * kept, (expected + class_rate) * kept
    if seen < policy.learning:
        return OutcomeWatch(0.0, seen + 1, failures, expected, weight, run)
    now = failure_now(normal, factor)
    score += failure_step(failure, now, policy)
    if score <= 0.0:
        # As normal again: what led here no longer counts.
        return OutcomeWatch(0.0, seen + 1, failures, expected, weight, NO_OUTCOME_RUN)
    return OutcomeWatch(
        score, seen + 1, failures, expected, weight, run_with(run, failure, now, at_s)
    )


def run_with(run: OutcomeRun, failure: float, expected: float, at_s: float) -> OutcomeRun:
    """Return the run with one task more, that fails ``expected`` when all is normal."""
    return OutcomeRun(
        run.tasks + 1,
        run.failures + (failure == 1.0),
        run.partials + (failure == 0.5),
        run.expected + expected,
        run.since_s if run.tasks else at_s,
    )
