"""Where marks are drawn: positions in percent, computed once and tested."""

from __future__ import annotations

from dataclasses import dataclass

# Trust at which the middle and the top tier begin (docs/architecture.md).
TIER_CUTS = (50.0, 85.0)
_TIER_BARS = {"low": 1, "medium": 2, "high": 3}


@dataclass(frozen=True, slots=True)
class Ring:
    """A draining ring: `percent` of it is left; `tone` is '', half, last or over."""

    percent: int
    tone: str


@dataclass(frozen=True, slots=True)
class Band:
    """The trust band in percent of its track: begin, width, and the score's place."""

    start: float
    width: float
    at: float


def ring(left_s: float, span_s: float) -> Ring:
    """Return how a countdown looks; half and a tenth of the time are where it changes.

    Args:
        left_s: seconds left; less than zero counts as none.
        span_s: seconds it had at first; zero or less draws an empty ring.
    """
    left = min(1.0, max(0.0, left_s / span_s)) if span_s > 0 else 0.0
    percent = round(100 * left)
    if left_s <= 0:
        return Ring(percent, "over")
    if left <= 0.1:
        return Ring(percent, "last")
    return Ring(percent, "half" if left <= 0.5 else "")


def band(score: float, low: float, high: float) -> Band:
    """Return the place of a trust band; the mark of the score stays inside the track."""
    start, end = (100 * min(1.0, max(0.0, bound)) for bound in (low, high))
    return Band(round(start, 1), round(max(0.0, end - start), 1), round(min(98.0, 100 * score), 1))


def tier_bars(tier: str) -> int:
    """Return how many of three bars are filled; an unknown tier fills none."""
    return _TIER_BARS.get(tier.lower(), 0)
