"""How strongly an agent's recent results speak for "it fails half its work" over "as usual".

A one-sided CUSUM of log likelihood ratios with the alternative that success has halved,
q = (1 + p) / 2, where p is what this agent usually fails on such work.

Sources: Page (1954), Steiner et al. (2000); the alternative and figures are
docs/evidence.md, Breakers.
"""

from __future__ import annotations

import math

from governance.domain.breaker_state import Learned, Run
from governance.domain.limits import at_least, at_most
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.trust import TrustPolicy

# A success is half as likely if success has halved, whatever p is.
SUCCESS_STEP = -math.log(2.0)
_DAY_S = 86_400.0


def failure_usual(
    learned: Learned, class_rate: float, trust: TrustPolicy, breaker: BreakerPolicy
) -> float:
    """Return p, what this agent usually fails on this class: class rate x the agent's ratio.

    The result lies between the policy's floor and ceiling.
    """
    prior = trust.prior_strength
    usual = class_rate * (prior + learned.failures) / (prior + learned.expected)
    return at_most(at_least(usual, breaker.expected_floor), breaker.expected_ceiling)


def failure_step(usual: float) -> float:
    """Return what one failure adds, in log odds: ln((1 + p) / 2p); 2.35 at p = 0.05."""
    return math.log((1.0 + usual) / (2.0 * usual))


def outcome_step(failure: float, usual: float) -> float:
    """Return the step of one outcome; a partial one (0.5) takes half of each."""
    if failure == 0.0:
        # As below, without the logarithm: most outcomes succeed.
        return SUCCESS_STEP
    return failure * failure_step(usual) + (1.0 - failure) * SUCCESS_STEP


def run_after(run: Run, failure: float, usual: float) -> Run:
    """Return the run after one outcome, ``failure`` in {0, 0.5, 1}."""
    suspicion = run.suspicion + outcome_step(failure, usual)
    if suspicion <= 0.0:
        # At zero the agent is as usual again: what led here no longer counts.
        return Run(0.0, 0, 0, 0, 0.0, run.quiet + 1)
    return Run(
        suspicion,
        run.tasks + 1,
        run.failures + (failure == 1.0),
        run.partials + (failure == 0.5),
        run.expected + usual,
        0,
    )


def run_capped(run: Run, threshold: float) -> Run:
    """Return the run with suspicion no higher than the threshold.

    Under supervision the alarm has already been raised; without a cap a long bad spell would
    need as many successes again before the agent could show that it has recovered.
    """
    return run._replace(suspicion=min(run.suspicion, threshold))


def is_alarm(run: Run, threshold: float, policy: BreakerPolicy) -> bool:
    """Return whether the run freezes an agent whose tier sets ``threshold``, in log odds."""
    return run.suspicion >= threshold and run.failures + run.partials / 2.0 >= policy.least_failures


def is_learning(run: Run, threshold: float) -> bool:
    """Return whether the next outcome may teach what is usual.

    Under suspicion it may not: an agent must not teach us that failing is usual.
    """
    return run.suspicion < threshold / 2.0


def learned_after(
    learned: Learned, failure: float, class_rate: float, at_s: float, trust: TrustPolicy
) -> Learned:
    """Return what is usual after one outcome at event time ``at_s``.

    Forgetting and cap are those of trust, docs/evidence.md, Breakers.
    """
    kept = 1.0
    if learned.at_s is not None:
        kept = 2.0 ** ((learned.at_s - at_s) / (trust.half_life_days * _DAY_S))
    weight = learned.weight * kept + 1.0
    cut = 1.0 if weight <= trust.evidence_cap else trust.evidence_cap / weight
    return Learned(
        (learned.failures * kept + failure) * cut,
        (learned.expected * kept + class_rate) * cut,
        weight * cut,
        at_s,
    )


def usual_phrase(usual: float) -> str:
    """Return a failure rate as people say it: ``1 in 20``, or ``6 in 10``."""
    if usual > 0.3:
        return f"{round(usual * 10)} in 10"
    return f"1 in {round(1.0 / usual)}"


def run_phrase(run: Run, usual: float) -> str:
    """Return the sentence behind an alarm, with its counts."""
    partly = f", {run.partials} partly" if run.partials else ""
    return (
        f"{run.failures} of the last {run.tasks} tasks failed{partly}; "
        f"normal for this agent: {usual_phrase(usual)}."
    )
