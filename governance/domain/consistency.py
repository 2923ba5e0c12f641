"""Whether a task cost and lasted what such tasks of this agent usually do."""

from __future__ import annotations

import math
from typing import NamedTuple

from governance.domain.policy.trust import TrustPolicy

LEAST_COST_USD = 0.000001
LEAST_DURATION_S = 0.001
# One wild value must not move what is usual (science.md 2.1).
_WINSOR_SIGMAS = 2.5
_PRIOR_VARIANCE = 0.25


class Usual(NamedTuple):
    """Mean and variance of the natural logarithm of one quantity, over ``seen`` outcomes."""

    seen: int = 0
    mean: float = 0.0
    variance: float = _PRIOR_VARIANCE


class Band(NamedTuple):
    """What one class of work usually costs and how long it usually lasts for one agent."""

    cost: Usual = Usual()
    duration: Usual = Usual()


NO_BAND = Band()


def band_fold(
    band: Band, cost_usd: float | None, duration_s: float | None, policy: TrustPolicy
) -> tuple[Band, float | None]:
    """Return the band after one outcome, and how consistent the outcome was with it before.

    The second value is 1.0 if everything measured lies within the band, 0.0 if something does
    not, None if nothing could be judged: not given, or the class is still being learned.
    """
    if cost_usd is None and duration_s is None:
        return band, None
    cost, cost_usual = _judged(band.cost, cost_usd, LEAST_COST_USD, policy)
    duration, duration_usual = _judged(band.duration, duration_s, LEAST_DURATION_S, policy)
    judged = [usual for usual in (cost_usual, duration_usual) if usual is not None]
    return Band(cost, duration), float(all(judged)) if judged else None


def _judged(
    usual: Usual, value: float | None, least: float, policy: TrustPolicy
) -> tuple[Usual, bool | None]:
    """Return what is usual after ``value``, and whether ``value`` was usual before it."""
    if value is None:
        return usual, None
    logarithm = math.log(max(value, least))
    if usual.seen == 0:
        return Usual(1, logarithm, _PRIOR_VARIANCE), None
    sigma = max(math.sqrt(usual.variance), policy.consistency_least_sigma)
    z = (logarithm - usual.mean) / sigma
    within = abs(z) <= policy.consistency_sigmas
    return _learned(usual, z, sigma, policy), (
        within if usual.seen >= policy.consistency_learning else None
    )


def _learned(usual: Usual, z: float, sigma: float, policy: TrustPolicy) -> Usual:
    clipped = min(_WINSOR_SIGMAS, max(-_WINSOR_SIGMAS, z))
    rate = 1.0 / min(usual.seen + 1, policy.consistency_memory)
    step = clipped * sigma
    return Usual(
        usual.seen + 1,
        usual.mean + rate * step,
        # Welford's update: the spread is measured around the mean before and after.
        usual.variance + rate * ((1.0 - rate) * step * step - usual.variance),
    )
