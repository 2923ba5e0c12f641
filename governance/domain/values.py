"""What a task is worth beside the usual task of its class: trivial work proves little.

Source: docs/evidence.md, Trust: value weight against flooding with trivial
tasks. The reference is the
median value of the class over the whole fleet, kept at refreshes. The agent itself is not left
out of it: to move a median one must give more than half of all outcomes of the class, and all
that wins is that trivial work counts as it would without values. The share of one source bounds
that (`sources`).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import accumulate

from governance.domain.policy.trust import TrustPolicy

# Bins of one eighth of a doubling: a median is exact to 5 %, and some 200 bins hold all amounts.
_BINS = 8
_NOTHING = "0"

# How many outcomes had about one value: the bin's number (as text, for JSON) -> count, halved
# whenever all counts together reach the policy's memory.
ValueCounts = Mapping[str, float]


def value_weight(value_usd: float | None, median_usd: float | None) -> float:
    """Return what a task of one value counts for, in [0, 1].

    ``min(1, ln(1 + v) / ln(1 + median))``. A task of unknown value, or of a class whose median is
    unknown or zero, counts 1.
    """
    if value_usd is None or not median_usd or value_usd >= median_usd:
        return 1.0
    return math.log1p(value_usd) / math.log1p(median_usd)


def values_fold(
    counts: Mapping[str, ValueCounts], outcomes: Iterable[tuple[str, float]], policy: TrustPolicy
) -> dict[str, ValueCounts]:
    """Return the counts by class after ``outcomes``, pairs of class and value in dollars >= 0.

    The counts of a class without outcomes are the same object before and after.
    """
    after = dict(counts)
    changed: dict[str, dict[str, float]] = {}
    totals: dict[str, float] = {}
    for key, value_usd in outcomes:
        bins = changed.get(key)
        if bins is None:
            bins = after[key] = changed[key] = dict(counts.get(key, {}))
        total = totals.get(key)
        if total is None:
            total = sum(bins.values())
        if total >= policy.value_memory:
            bins = after[key] = changed[key] = {name: count / 2.0 for name, count in bins.items()}
            total /= 2.0
        name = _bin(value_usd)
        bins[name] = bins.get(name, 0.0) + 1.0
        totals[key] = total + 1.0
    return after


def value_medians(counts: Mapping[str, ValueCounts], policy: TrustPolicy) -> dict[str, float]:
    """Return the median value by class in dollars, of each class with enough values."""
    return {
        key: _median(bins)
        for key, bins in counts.items()
        if sum(bins.values()) >= policy.value_outcomes
    }


def value_medians_after(
    medians: Mapping[str, float],
    before: Mapping[str, ValueCounts],
    after: Mapping[str, ValueCounts],
    policy: TrustPolicy,
) -> dict[str, float]:
    """Return the medians after `values_fold`, looking only at the classes that it changed.

    Args:
        medians: as of ``before``.
        before: the counts that were folded on.
        after: what `values_fold` made of them.
        policy: trust.
    """
    changed = {key: bins for key, bins in after.items() if bins is not before.get(key)}
    kept = {key: median for key, median in medians.items() if key not in changed}
    return {**kept, **value_medians(changed, policy)}


def _bin(value_usd: float) -> str:
    return _NOTHING if value_usd <= 0.0 else f"2^{math.floor(math.log2(value_usd) * _BINS)}"


def _median(bins: ValueCounts) -> float:
    # Summed in order of value, so that the rounding of the sum is the same everywhere.
    names = _by_value(tuple(bins))
    sums = list(accumulate(map(bins.__getitem__, names)))
    return _middle(names[bisect_left(sums, sums[-1] / 2.0)])


# Counts change with every refresh, the bins themselves hardly ever.
@lru_cache(maxsize=256)
def _by_value(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names, key=_middle))


def _middle(name: str) -> float:
    return 0.0 if name == _NOTHING else 2.0 ** ((int(name.removeprefix("2^")) + 0.5) / _BINS)
