"""Counting the calls of keys in the broker: one round trip a call, nothing in PostgreSQL.

Each key has a hash for every hour with a field for each minute, and one with a field for each
hour; fields that begin with ``r`` count what was refused. Keys that succeeded each other share a
limit: in the hashes of the first of them, fields that begin with ``l`` count the calls of all. A
script decides and counts in one step, so that calls to several processes share one limit. Without a
broker calls go on uncounted: a limit protects this installation from haste, and a stop that comes
from its own fault would be worse.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, cast

import redis
from django.conf import settings

from governance.domain.key_rates import WINDOW_S, CallCount, remaining, wait_s
from governance.feed import broker_client
from governance.refusals import RateLimitedError
from governance.selectors.key_calls import KEPT_HOURS, hour_key, totals_key

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from redis.commands.core import Script

logger = logging.getLogger(__name__)

# A broker that is away is not asked again for so long: no call waits for it twice.
AWAY_S = 5.0

# The minute of this call and the one before may lie in two hours: two keys for the limit.
_COUNT = """
local current = tonumber(redis.call('HGET', KEYS[3], 'l' .. ARGV[1]) or 0)
local before = tonumber(redis.call('HGET', KEYS[4], 'l' .. ARGV[2]) or 0)
local limit = tonumber(ARGV[4])
local taken, minute, hour = 1, ARGV[1], ARGV[5]
if limit > 0 and before * (1 - tonumber(ARGV[3])) + current + 1 > limit then
  taken, minute, hour = 0, 'r' .. minute, 'r' .. hour
end
if redis.call('HINCRBY', KEYS[1], minute, 1) == 1 then
  redis.call('EXPIRE', KEYS[1], ARGV[6])
end
if taken == 1 and redis.call('HINCRBY', KEYS[3], 'l' .. minute, 1) == 1 then
  redis.call('EXPIRE', KEYS[3], ARGV[6])
end
if redis.call('HINCRBY', KEYS[2], hour, 1) == 1 then
  local oldest = tonumber(ARGV[5]) - tonumber(ARGV[7])
  for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
    if tonumber((string.gsub(field, 'r', ''))) < oldest then
      redis.call('HDEL', KEYS[2], field)
    end
  end
  redis.call('EXPIRE', KEYS[2], ARGV[6])
end
return {taken, current + taken, before}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStanding:
    """Where a key with a limit stands after a call: `left` calls pass now.

    `reset_s` is in how many seconds, at least 1, the minute of the counter ends or, where nothing
    is left, one more call passes.
    """

    limit: int
    left: int
    reset_s: float


class _Broker:
    """Until when the broker is not asked, in this process's own time."""

    away_until = 0.0


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
    counted = _counted(key_id, lineage or key_id, limit or 0, now)
    if counted is None or limit is None:
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


def _counted(
    key_id: UUID, lineage: UUID, limit: int, now: datetime
) -> tuple[bool, CallCount] | None:
    """Return whether the call passes, with the counters after it; None while the broker is away."""
    if monotonic() < _Broker.away_until:
        return None
    minute, seconds = divmod(now.timestamp(), WINDOW_S)
    this, last, passed = int(minute), int(minute) - 1, seconds / WINDOW_S
    hour = this // 60
    try:
        found = _script(settings.LIVE_BROKER_URL)(
            keys=[
                hour_key(key_id, hour),
                totals_key(key_id),
                hour_key(lineage, hour),
                hour_key(lineage, last // 60),
            ],
            args=[this % 60, last % 60, passed, limit, hour, KEPT_HOURS * 3600, KEPT_HOURS],
        )
    except (OSError, redis.RedisError) as error:
        _Broker.away_until = monotonic() + AWAY_S
        logger.warning("calls of keys are not counted for %g s: %s", AWAY_S, error)
        return None
    taken, current, before = cast("list[int]", found)
    return bool(taken), CallCount(before=before, current=current, passed=passed)


@cache
def _script(_url: str) -> Script:
    """Return the script at this process's broker; it is sent whole where the broker lost it."""
    return broker_client().register_script(_COUNT)
