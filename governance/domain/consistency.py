"""Whether a task cost and lasted what such tasks of this agent usually do."""

from __future__ import annotations

import math

from governance.domain.limits import at_least, at_most
from governance.domain.policy.trust import TrustPolicy
from governance.domain.value_object import ValueObject

LEAST_COST_USD = 0.000001
# Below a tenth of a second a duration tells of the machine, not of the agent.
LEAST_DURATION_S = 0.1
# One wild value must not move what is usual (docs/evidence.md, Drift).
_WINSOR_SIGMAS = 2.5
_PRIOR_VARIANCE = 0.25


class Usual(ValueObject, frozen=True):
    """Mean and variance of the natural logarithm of one quantity, over ``seen`` outcomes."""

    seen: int = 0
    mean: float = 0.0
    variance: float = _PRIOR_VARIANCE


class Band(ValueObject, frozen=True):
    """What one class of work usually costs and how long it usually lasts for one agent."""

    cost: Usual = Usual()
    duration: Usual = Usual()


NO_BAND = Band()


def band_fold(  # noqa: PLR0917  positional, because keywords cost on the path of every outcome
    band: Band,
    cost_usd: float | None,
    duration_s: float | None,
    policy: TrustPolicy,
    teaches: tuple[bool, bool] = (True, True),
    honest: bool | None = None,
) -> tuple[Band, float | None]:
    """Return the band after one outcome, and how consistent the outcome was with it before.

    ``honest`` says whether the task was what it was said to be (docs/evidence.md, Blast radius).

    What does not teach, cost or duration, is judged by what was usual and changes none of it.

    The second value is 1.0 if everything measured lies within the band, 0.0 if something does
    not, None if nothing could be judged: not given, or the class is still being learned.
    """
    cost, duration = band.cost, band.duration
    cost_usual = duration_usual = None
    if cost_usd is not None:
        learned, cost_usual = _judged(cost, cost_usd, LEAST_COST_USD, policy)
        cost = learned if teaches[0] else cost
    if duration_s is not None:
        learned, duration_usual = _judged(duration, duration_s, LEAST_DURATION_S, policy)
        duration = learned if teaches[1] else duration
    if cost_usual is None and duration_usual is None and honest is None:
        return Band(cost, duration), None
    # What could not be judged does not count against the agent.
    consistent = cost_usual is not False and duration_usual is not False and honest is not False
    return Band(cost, duration), 1.0 if consistent else 0.0


def _judged(
    usual: Usual, value: float, least: float, policy: TrustPolicy
) -> tuple[Usual, bool | None]:
    """Return what is usual after ``value``, at least ``least`` > 0, and if it was usual before.

    The second is None while the class is still being learned. Mean and variance are Welford's,
    with a memory: the spread is measured around the mean before and after.
    """
    mean, variance, count = usual.mean, usual.variance, usual.seen + 1
    logarithm = math.log(at_least(value, least))
    if count == 1:
        return Usual(1, logarithm, _PRIOR_VARIANCE), None
    sigma = at_least(math.sqrt(variance), policy.consistency_least_sigma)
    distance = step = logarithm - mean
    most = _WINSOR_SIGMAS * sigma
    if step > most:
        step = most
    elif step < -most:
        step = -most
    rate = 1.0 / at_most(count, policy.consistency_memory)
    learned = Usual(
        count, mean + rate * step, variance + rate * ((1.0 - rate) * step * step - variance)
    )
    if count <= policy.consistency_learning:
        return learned, None
    return learned, abs(distance) <= policy.consistency_sigmas * sigma
