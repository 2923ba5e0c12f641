"""How surprising counts are, and which surprises stand when very many were looked for."""

from __future__ import annotations

import numpy as np
from scipy.special import pdtrc

from governance.domain.collusion.interactions import Bools, Floats, Ints


def count_chance(count: Ints, expected: Floats | float) -> Floats:
    """Return the probability of ``count`` or more events where ``expected`` are usual (Poisson)."""
    chance: Floats = np.where(
        count >= 1, pdtrc(np.maximum(count - 1, 0), np.maximum(expected, 1e-12)), 1.0
    )
    return chance


def discoveries(chance: Floats, rate: float, hypotheses: int | None = None) -> Bools:
    """Return which are found so that at most the share ``rate`` of them is chance.

    Args:
        chance: p-values, shape (n,).
        rate: false discovery rate.
        hypotheses: how many were tested in all, those with a p-value of 1 not listed; n if None.

    Source: Benjamini and Hochberg (1995).
    """
    # scipy.stats takes longer to import than all the rest, and only what scans needs it.
    from scipy.stats import false_discovery_control  # noqa: PLC0415

    if not len(chance):
        return np.zeros(0, dtype=bool)
    tested = len(chance) if hypotheses is None else hypotheses
    # The library adjusts for the listed ones; the adjusted value is in proportion to their number.
    found: Bools = false_discovery_control(chance) * (tested / len(chance)) <= rate
    return found
