"""Figures of a fleet with what chance alone may have made of them."""

from __future__ import annotations

import math
from typing import NamedTuple

from governance.domain.share_difference import Share, share_difference, share_interval

# Below this many a share or a ratio is no knowledge.
LEAST = 10
# The 97.5 % quantile of the normal distribution, for intervals that hold 95 %.
_Z = 1.959964


class Measure(NamedTuple):
    """``value`` with its 95 % interval, from ``n`` of the ``least`` that it takes.

    The three are None under that least; an interval is None where none is known.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    least: int = LEAST

    @property
    def is_known(self) -> bool:
        """Return whether there is enough to say it."""
        return self.value is not None


def share_measured(part: int, whole: int, *, least: int = LEAST) -> Measure:
    """Return the share ``part`` of ``whole`` in [0, 1], with its Wilson interval.

    Raises:
        ValueError: unless 0 <= part <= whole.
    """
    if not 0 <= part <= whole:
        raise ValueError(f"part must be from 0 to whole, got {part} of {whole}")
    if whole < max(1, least):
        return Measure(None, None, None, whole, least)
    return Measure(part / whole, *share_interval(Share(part, whole)), whole, least)


def rate_measured(events: int, exposure: float, *, per: float = 1000.0, least: int) -> Measure:
    """Return how many events there are ``per`` as much exposure, ``n`` being the whole exposure.

    Args:
        events: how often it happened, >= 0.
        exposure: over how much, agent-days or the like, >= 0.
        per: the unit of the rate, > 0.
        least: the exposure that it takes.

    Source of the interval: Byar's approximation of Poisson limits (Breslow and Day 1987,
    Statistical Methods in Cancer Research II, p. 69).
    """
    n = math.floor(exposure)
    if exposure <= 0 or n < least:
        return Measure(None, None, None, n, least)
    low, high = poisson_limits(events)
    scale = per / exposure
    return Measure(scale * events, scale * low, scale * high, n, least)


def ratio_measured(seen: float, expected: float, *, n: int, least: int = LEAST) -> Measure:
    """Return how many times as much was seen as expected, over ``n`` outcomes.

    Args:
        seen: failures, a partial one as a half, >= 0.
        expected: the sum of what was expected of each, >= 0.
        n: how many were judged.
        least: how many it takes.

    Source of the interval: as `rate_measured`; what is expected counts as known exactly. Failures
    that come together make it too narrow.
    """
    if n < least or expected <= 0:
        return Measure(None, None, None, n, least)
    low, high = poisson_limits(seen)
    return Measure(seen / expected, low / expected, high / expected, n, least)


def poisson_limits(events: float) -> tuple[float, float]:
    """Return the 95 % limits of the mean of a count, by Byar's approximation; both >= 0."""
    low = 0.0
    if events > 0:
        low = events * max(0.0, 1 - 1 / (9 * events) - _Z / (3 * math.sqrt(events))) ** 3
    more = events + 1
    return low, more * (1 - 1 / (9 * more) + _Z / (3 * math.sqrt(more))) ** 3


class Order(NamedTuple):
    """Whether a share rises from one group to the next: of two neighbours, mildest first.

    ``is_known`` is False where one of them has too little; ``rises`` and ``falls`` only where
    chance alone would not have made it.
    """

    is_known: bool
    rises: bool
    falls: bool


def order_between(first: Share, second: Share, *, least: int = LEAST) -> Order:
    """Return whether the second share is above the first one, or below, beyond chance."""
    difference = share_difference(first, second)
    if difference is None or min(first.whole, second.whole) < least:
        return Order(is_known=False, rises=False, falls=False)
    beyond = not difference.may_be_chance
    return Order(
        is_known=True, rises=beyond and difference.value > 0, falls=beyond and difference.value < 0
    )
