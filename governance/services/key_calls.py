"""Whether a key may make one more call, and how many it makes.

A key with a limit asks the broker, in one round trip; what a key without one makes is told to it
together, later (`key_tally`). Without a broker calls go on uncounted: a limit protects this
installation from haste, and a stop that comes from its own fault would be worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.domain.key_rates import WINDOW_S, remaining, wait_s
from governance.refusals import RateLimitedError
from governance.services.key_counters import Minute, call_decided
from governance.services.key_tally import tally

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStanding:
    """Where a key with a limit stands after a call: `left` calls pass now.

    `reset_s` is in how many seconds, at least 1, the minute of the counter ends or, where nothing
    is left, one more call passes.
    """

    limit: int
    left: int
    reset_s: float


def call_count(
    *, key_id: UUID, limit: int | None, now: datetime, lineage: UUID | None = None
) -> RateStanding | None:
    """Count one call of a key and return where it stands; None without a limit or a broker.

    Args:
        key_id: whose call it is.
        limit: calls a minute of this key and its lineage; None: none.
        now: when.
        lineage: the first of the keys that succeeded each other; None: the key itself.

    Raises:
        RateLimitedError: rate_limited, with ``retry_after_s``; it is counted as refused.
    """
    number, seconds = divmod(now.timestamp(), WINDOW_S)
    minute = Minute(key_id, lineage or key_id, int(number))
    if limit is None:
        tally.note(minute)
        return None
    counted = call_decided(minute, limit=limit, passed=seconds / WINDOW_S)
    if counted is None:
        return None
    is_taken, count = counted
    waits_s = wait_s(count, limit)
    if not is_taken:
        raise RateLimitedError(
            f"This key may make {limit:,} {'call' if limit == 1 else 'calls'} a minute, and as many"
            " were made with it or a key that it was rotated from or to; ask again in"
            f" {max(1, round(waits_s)):,} s.",
            code="rate_limited",
            rate_per_minute=limit,
            retry_after_s=round(waits_s, 3),
        )
    left = remaining(count, limit)
    return RateStanding(limit=limit, left=left, reset_s=waits_s or (1.0 - count.passed) * WINDOW_S)
