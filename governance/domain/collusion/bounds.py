"""An upper bound on the probability of a sum, whatever the shape of what is summed.

Ratings are skewed and verifications often pass or fail, so nothing here assumes a bell curve: the
Chernoff bound takes the distribution that unrelated interactions of the same level have.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from governance.domain.collusion.interactions import Floats, Ints

# Where the bound is looked for; finer steps find no lower one.
_STEEPNESS = np.geomspace(0.5, 150.0, 28)
_SAMPLE = 4_000
# Beside a level's own residuals: the whole fleet's as these many quantiles of half weight each,
# and one as far out as any seen.
_QUANTILES, _QUANTILE_WEIGHT = 40, 0.5
_FAR_LEAST = 0.02
_FEW = 20
_EXPONENT_MOST = 600.0


class ResidualLaw:
    """The distribution of residuals of unrelated interactions, by level.

    Levels are cut into at most ``bins`` of equally many interactions. Unrelated work is taken to be
    honest on average: where residuals of a level are above zero on average they are centred, and
    excuse nobody.
    """

    def __init__(
        self, level: Floats, residual: Floats, bins: int, *, reach: float = _FAR_LEAST
    ) -> None:
        """Learn from interactions' ``level`` and ``residual``, both of shape (n,).

        A residual of ``reach`` is thought possible, whether seen or not.
        """
        inner = np.linspace(0.0, 1.0, bins + 1)[1:-1]
        self._edges = np.unique(np.quantile(level, inner)) if len(level) > _FEW else np.zeros(0)
        self.bins = len(self._edges) + 1
        if len(residual):
            of_level = self.bin_of(level)
        else:
            residual, of_level = np.array([0.0, 0.1, -0.1]), np.zeros(3, dtype=np.int64)
        fleet = np.quantile(residual, np.linspace(0.005, 0.995, _QUANTILES))
        far = max(reach, float(np.abs(residual).max()))
        self.log_moments = np.stack(
            [_log_moments(residual[of_level == each], fleet, far) for each in range(self.bins)]
        )

    def bin_of(self, level: Floats) -> Ints:
        """Return the bin of each level."""
        return np.searchsorted(self._edges, level)


def sum_chance(
    counts: csr_matrix, law: ResidualLaw, total: Floats, common_variance: Floats
) -> Floats:
    """Return a bound on the probability that residuals of unrelated work sum to ``total``.

    ``min over t of exp(sum_b n_b K_b(t) + t^2 V / 2 - t S)``, 1 where the total is not above zero.

    Args:
        counts: residuals by bin of level, shape (sums, law.bins).
        law: what residuals of unrelated work are like.
        total: shape (sums,).
        common_variance: of what all residuals of one sum share, shape (sums,).
    """
    exponent = (
        counts @ law.log_moments
        + np.outer(common_variance, _STEEPNESS**2 / 2.0)
        - np.outer(total, _STEEPNESS)
    )
    chance: Floats = np.where(total > 0.0, np.exp(np.minimum(exponent.min(axis=1), 0.0)), 1.0)
    return chance


def plain_chance(residual: Floats, count: int, total: float, common_variance: float) -> float:
    """Return the same bound for one sum of ``count`` residuals of one level.

    ``residual`` is what unrelated work shows, at least one, centred where above zero on average.
    """
    sample = _sampled(residual)
    sample = sample - max(float(sample.mean()), 0.0)
    far = float(np.abs(residual).max())
    moments = np.log(np.mean(np.exp(_exponents(np.append(sample, far))), axis=0))
    exponent = count * moments + _STEEPNESS**2 * common_variance / 2.0 - _STEEPNESS * total
    return float(np.exp(min(0.0, float(exponent.min()))))


def _log_moments(own: Floats, fleet: Floats, far: float) -> Floats:
    own = _sampled(own)
    values = np.concatenate([own, fleet, [far]])
    weights = np.concatenate([np.ones(len(own)), np.full(len(fleet), _QUANTILE_WEIGHT), [1.0]])
    mean = float(weights @ values) / float(weights.sum())
    moments = weights @ np.exp(_exponents(values - max(mean, 0.0)))
    logs: Floats = np.log(moments / weights.sum())
    return logs


def _sampled(values: Floats) -> Floats:
    # In the order of size, so that the order in which they come does not matter.
    return values if len(values) <= _SAMPLE else np.sort(values)[:: len(values) // _SAMPLE + 1]


def _exponents(values: Floats) -> Floats:
    return np.minimum(np.outer(values, _STEEPNESS), _EXPONENT_MOST)
