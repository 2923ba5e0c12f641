"""Evidence written by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from governance.domain.collusion.bounds import ResidualLaw
from governance.domain.collusion.integrity import Evidence, Integrity

RANDOM = np.random.default_rng(6)
LAW = ResidualLaw(np.zeros(500), RANDOM.normal(0.0, 0.1, 500), 1)


def evidence_like(
    *excess: float,
    counts: Sequence[bool] = (),
    variance: float = 0.0,
    least: int = 3,
) -> Evidence:
    """Return evidence with this excess in each interaction, against honest spreads of .1."""
    return Evidence(
        kind=Integrity.FAVOURED,
        counts=np.array(counts or [True] * len(excess)),
        excess=np.array(excess),
        margin=0.1,
        usual=np.full(len(excess), 0.8),
        bin=np.zeros(len(excess), dtype=np.int64),
        law=LAW,
        variance=np.full(len(excess), variance),
        least=least,
    )
