"""How far apart two shares are, with what chance alone may have made of it."""

from __future__ import annotations

import math
from typing import NamedTuple

# The 97.5 % quantile of the normal distribution, for intervals that hold 95 %.
_Z = 1.959964


class Share(NamedTuple):
    """``part`` of ``whole`` things, counts of at least 0."""

    part: int
    whole: int


class Difference(NamedTuple):
    """The second share less the first, from -1 to 1, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def may_be_chance(self) -> bool:
        """Return whether no difference at all is among what the counts allow."""
        return self.low <= 0.0 <= self.high


def share_difference(before: Share, after: Share) -> Difference | None:
    """Return how far apart two independent shares are; None where one of them is of nothing.

    Source: Newcombe 1998, method 10, the square-and-add interval from two Wilson intervals: it
    never leaves -1 to 1 and holds for small counts.
    """
    if not before.whole or not after.whole:
        return None
    first, second = before.part / before.whole, after.part / after.whole
    first_low, first_high = share_interval(before)
    second_low, second_high = share_interval(after)
    value = second - first
    return Difference(
        value,
        value - math.hypot(second - second_low, first_high - first),
        value + math.hypot(second_high - second, first - first_low),
    )


def share_interval(share: Share) -> tuple[float, float]:
    """Return the 95 % interval of a share of something, each end in [0, 1] (Wilson 1927)."""
    rate, square = share.part / share.whole, _Z * _Z
    middle = rate + square / (2 * share.whole)
    spread = _Z * math.sqrt(rate * (1 - rate) / share.whole + square / (4 * share.whole**2))
    scale = 1 + square / share.whole
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
