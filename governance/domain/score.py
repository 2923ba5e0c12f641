"""What evidence says: components, score with its band, and how sure we are of a level.

Success is a standardised failure ratio: "fails 1.8 times as often as the fleet on the same work",
a Gamma posterior around ratio 1, turned into a success rate on work of ordinary difficulty. What
the agent's own record cannot support is not credited, however hard its work is said to be.

Sources: Gamma-Poisson standardised ratios as used for hospital comparison, docs/evidence.md, Trust
with corrections 1 to 3. The band of the combined score is an own choice, see `score_band`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy.special import betaincinv, gammaincinv

# The same functions for single numbers, without the tenfold cost of the array machinery: two or
# three are evaluated for every outcome.
from scipy.special.cython_special import betainc, gammainc

from governance.domain.evidence import Evidence
from governance.domain.policy.trust import TrustPolicy

BAND_LOW = 0.10
BAND_HIGH = 0.90


class Reading(NamedTuple):
    """One component or the whole score, each value in [0, 1], with its 10 and 90 % quantiles."""

    score: float
    low: float
    high: float


class Points(NamedTuple):
    """The score and its components in [0, 1], without bands; what was never measured is None."""

    score: float
    success: float
    budget: float | None
    consistency: float | None


class Readings(NamedTuple):
    """The score and its components; a component without any measurement is None."""

    score: Reading
    success: Reading
    budget: Reading | None
    consistency: Reading | None


def odds(probability: float) -> float:
    """Return the odds of a probability in [0, 1)."""
    return probability / (1.0 - probability)


def success_relative(evidence: Evidence, policy: TrustPolicy, prior: float = 1.0) -> float:
    """Return the success rate on ordinary work that the agent's failure ratio stands for.

    ``prior`` is the failure ratio assumed before any outcome (`Prior.ratio`), 1 for the fleet's.
    """
    strength = policy.prior_strength
    ratio = (strength * prior + evidence.failures) / (strength + evidence.expected)
    return success_of_ratio(ratio, policy)


def success_probability(
    evidence: Evidence, level: float, policy: TrustPolicy, prior: float = 1.0
) -> float:
    """Return the posterior probability that success on ordinary work is at least ``level``."""
    ratio = odds(1.0 - level) / odds(policy.reference_failure_rate)
    shape = policy.prior_strength * prior + evidence.failures
    return float(gammainc(shape, ratio * (policy.prior_strength + evidence.expected)))


def own_probability(evidence: Evidence, level: float) -> float:
    """Return the posterior probability, from the agent's own record alone, of success >= level.

    Beta posterior with a uniform prior over the decayed counts; no fleet enters.
    """
    failures = evidence.failures
    return float(betainc(1.0 + failures, 1.0 + (evidence.weight - failures), 1.0 - level))


def kept_score(weight: float, kept: float, policy: TrustPolicy) -> float | None:
    """Return budget or consistency in [0, 1] from the weight measured and how much was kept.

    None where nothing was measured.
    """
    if weight <= 0.0:
        return None
    prior = policy.component_prior_outcomes
    return (policy.component_prior * prior + kept) / (prior + weight)


def success_needed(
    level: float, budget: float | None, consistency: float | None, policy: TrustPolicy
) -> float:
    """Return the success component with which the score is exactly ``level``; may exceed 1.

    Solves the weighted geometric mean, given the other components; None is not measured.
    """
    weights, rest = policy.weight_success, 0.0
    if budget is not None:
        weights += policy.weight_budget
        rest += policy.weight_budget * math.log(budget)
    if consistency is not None:
        weights += policy.weight_consistency
        rest += policy.weight_consistency * math.log(consistency)
    return math.exp((weights * math.log(level) - rest) / policy.weight_success)


def success_point(evidence: Evidence, policy: TrustPolicy, prior: float = 1.0) -> float:
    """Return the score of `success_reading` without its band."""
    failed = 1.0 + evidence.failures
    succeeded = 1.0 + (evidence.weight - evidence.failures)
    own = float(betaincinv(succeeded, failed, 1.0 - policy.own_proof))
    return min(success_relative(evidence, policy, prior), own)


def success_reading(evidence: Evidence, policy: TrustPolicy, prior: float = 1.0) -> Reading:
    """Return the success component: the lesser of the relative score and the own record.

    The point of the own record is the value it exceeds with probability ``own_proof`` (its 80th
    percentile), so that the score shown can reach a tier's level exactly when the record gives
    that tier its absolute proof. The minimum is taken per quantile, which keeps the order.
    """
    shape = policy.prior_strength * prior + evidence.failures
    rate = policy.prior_strength + evidence.expected
    failed = 1.0 + evidence.failures
    succeeded = 1.0 + (evidence.weight - evidence.failures)

    def lesser(relative: float, quantile: float) -> float:
        return min(relative, float(betaincinv(succeeded, failed, quantile)))

    def relative(quantile: float) -> float:
        return success_of_ratio(float(gammaincinv(shape, 1.0 - quantile)) / rate, policy)

    return Reading(
        success_point(evidence, policy, prior),
        lesser(relative(BAND_LOW), BAND_LOW),
        lesser(relative(BAND_HIGH), max(BAND_HIGH, 1.0 - policy.own_proof)),
    )


def readings(evidence: Evidence, policy: TrustPolicy, prior: float = 1.0) -> Readings:
    """Return score and components with their bands; ``prior`` as for `success_relative`."""
    success = success_reading(evidence, policy, prior)
    budget = _kept_reading(evidence.budget_weight, evidence.budget_kept, policy)
    consistency = _kept_reading(evidence.consistency_weight, evidence.consistency_kept, policy)
    measured = [(success, policy.weight_success)]
    if budget is not None:
        measured.append((budget, policy.weight_budget))
    if consistency is not None:
        measured.append((consistency, policy.weight_consistency))
    return Readings(score_band(measured), success, budget, consistency)


def points(evidence: Evidence, policy: TrustPolicy, prior: float = 1.0) -> Points:
    """Return what `readings` returns without the bands, for a fraction of the cost."""
    success = success_point(evidence, policy, prior)
    budget = kept_score(evidence.budget_weight, evidence.budget_kept, policy)
    consistency = kept_score(evidence.consistency_weight, evidence.consistency_kept, policy)
    total, logs = policy.weight_success, policy.weight_success * _log(success)
    if budget is not None:
        total += policy.weight_budget
        logs += policy.weight_budget * _log(budget)
    if consistency is not None:
        total += policy.weight_consistency
        logs += policy.weight_consistency * _log(consistency)
    return Points(math.exp(logs / total), success, budget, consistency)


def score_band(parts: list[tuple[Reading, float]]) -> Reading:
    """Return the weighted geometric mean of the parts, with a band around it.

    Weights are renormalised over what is measured. On the logarithmic scale the score is a
    weighted sum; treating the components as independent, the distance to each end of the band is
    the root of the summed squares of the components' distances. Hence the score always lies in
    its band, and the band is not as wide as if all components erred together.
    """
    total = sum(weight for _, weight in parts)
    centre = sum(weight / total * _log(part.score) for part, weight in parts)
    below = math.hypot(
        *(weight / total * (_log(part.score) - _log(part.low)) for part, weight in parts)
    )
    above = math.hypot(
        *(weight / total * (_log(part.high) - _log(part.score)) for part, weight in parts)
    )
    return Reading(math.exp(centre), math.exp(centre - below), min(1.0, math.exp(centre + above)))


def _log(value: float) -> float:
    # A quantile of a hopeless record can round to zero; the score then reads zero as well.
    return math.log(max(value, 1e-300))


def success_of_ratio(ratio: float, policy: TrustPolicy) -> float:
    """Return the success rate on ordinary work of one that fails ``ratio`` times as the fleet."""
    return 1.0 / (1.0 + ratio * odds(policy.reference_failure_rate))


def _kept_reading(weight: float, kept: float, policy: TrustPolicy) -> Reading | None:
    score = kept_score(weight, kept, policy)
    if score is None:
        return None
    prior = policy.component_prior_outcomes
    good = policy.component_prior * prior + kept
    # Rounding of decayed sums may leave kept a hair above weight.
    bad = max(1e-9, prior + weight - good)
    low, high = (float(betaincinv(good, bad, quantile)) for quantile in (BAND_LOW, BAND_HIGH))
    return Reading(score, min(low, score), max(high, score))
