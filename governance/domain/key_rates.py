"""How many calls a key may make: a sliding minute, kept as two counters.

The minute that ended counts with the share of it that the last 60 s still cover, as if its calls
had been spread evenly: at most twice the limit passes within any 60 s, and on even traffic exactly
the limit. Source: Cloudflare (2017), "How we built rate limiting", own constants.
"""

from __future__ import annotations

from dataclasses import dataclass

RATE_LEAST, RATE_MOST = 1, 1_000_000
WINDOW_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCount:
    """The calls of one key that were let through.

    Args:
        before: in the minute before this one, >= 0.
        current: in this minute so far, >= 0.
        passed: share of this minute that has passed, 0 <= passed < 1.
    """

    before: int
    current: int
    passed: float

    @property
    def used(self) -> float:
        """Return how many calls the last 60 s count for."""
        return self.before * (1.0 - self.passed) + self.current


def remaining(count: CallCount, limit: int) -> int:
    """Return how many more calls pass at this moment, >= 0."""
    return max(0, int(limit - count.used))


def is_full(count: CallCount, limit: int) -> bool:
    """Return whether one more call would be beyond ``limit`` calls a minute."""
    return count.used + 1 > limit


def wait_s(count: CallCount, limit: int) -> float:
    """Return in how many seconds one more call passes, if none is made meanwhile; 0: now."""
    if not is_full(count, limit):
        return 0.0
    room = limit - 1 - count.current
    if room >= 0:
        # What the minute before still weighs has to shrink to the room that is left.
        return (1.0 - room / count.before - count.passed) * WINDOW_S
    # This minute is full by itself: it has to end, and then to be forgotten in part.
    return (1.0 - count.passed + 1.0 - (limit - 1) / count.current) * WINDOW_S
