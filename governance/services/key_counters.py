"""Counters of the calls of keys, in the broker: nothing of them is in PostgreSQL.

Each key has a hash for every hour with a field for each minute, and one with a field for each
hour; fields that begin with ``r`` count what was refused. Keys that succeeded each other share a
limit: in the hashes of the first of them, fields that begin with ``l`` count the calls of all. A
script decides and counts in one step, so that calls to several processes share one limit.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import redis
from django.conf import settings

from governance.domain.key_rates import CallCount
from governance.feed import broker_client
from governance.selectors.key_calls import KEPT_HOURS, hour_key, totals_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from redis.commands.core import Script

logger = logging.getLogger(__name__)

# A broker that is away is not asked again for so long: no call waits for it twice.
AWAY_S = 5.0

# The minute of this call and the one before may lie in two hours: two keys for the limit.
_COUNT = """
local current = tonumber(redis.call('HGET', KEYS[3], 'l' .. ARGV[1]) or 0)
local before = tonumber(redis.call('HGET', KEYS[4], 'l' .. ARGV[2]) or 0)
local limit, calls = tonumber(ARGV[4]), tonumber(ARGV[8])
local taken, minute, hour = calls, ARGV[1], ARGV[5]
if limit > 0 and before * (1 - tonumber(ARGV[3])) + current + calls > limit then
  taken, minute, hour = 0, 'r' .. minute, 'r' .. hour
end
if redis.call('HINCRBY', KEYS[1], minute, calls) == calls then
  redis.call('EXPIRE', KEYS[1], ARGV[6])
end
if taken > 0 and redis.call('HINCRBY', KEYS[3], 'l' .. minute, calls) == calls then
  redis.call('EXPIRE', KEYS[3], ARGV[6])
end
if redis.call('HINCRBY', KEYS[2], hour, calls) == calls then
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


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute of a key: `lineage` is whose limit it shares, `number` whole minutes since 1970."""

    key_id: UUID
    lineage: UUID
    number: int


class _Broker:
    """Until when the broker is not asked, in this process's own time."""

    away_until = 0.0


def broker_is_away() -> bool:
    """Return whether the broker failed less than 5 s ago."""
    return monotonic() < _Broker.away_until


def call_decided(minute: Minute, *, limit: int, passed: float) -> tuple[bool, CallCount] | None:
    """Count one call and return whether it passes, with the counters after it.

    Args:
        minute: in which it is made.
        limit: calls a minute, >= 1.
        passed: share of the minute that has passed, 0 <= passed < 1.

    Returns:
        None while the broker is away: nothing was counted.
    """
    if broker_is_away():
        return None
    try:
        found = _script(settings.LIVE_BROKER_URL)(**_asked(minute, limit, passed, 1))
    except (OSError, redis.RedisError) as error:
        _rest(error)
        return None
    taken, current, before = cast("list[int]", found)
    return bool(taken), CallCount(before=before, current=current, passed=passed)


def calls_add(made: Mapping[Minute, int]) -> None:
    """Count calls that no limit holds back, in one pipeline; they are lost while the broker is
    away."""
    if not made or broker_is_away():
        return
    try:
        script = _script(settings.LIVE_BROKER_URL)
        with broker_client().pipeline(transaction=False) as pipe:
            for minute, calls in made.items():
                script(**_asked(minute, 0, 0.0, calls), client=pipe)
            pipe.execute()
    except (OSError, redis.RedisError) as error:
        _rest(error)


def _asked(minute: Minute, limit: int, passed: float, calls: int) -> dict[str, Any]:
    """Return keys and arguments of the script; a limit of 0 is none."""
    this, last = minute.number, minute.number - 1
    hour = this // 60
    return {
        "keys": [
            hour_key(minute.key_id, hour),
            totals_key(minute.key_id),
            hour_key(minute.lineage, hour),
            hour_key(minute.lineage, last // 60),
        ],
        "args": [
            this % 60, last % 60, passed, limit, hour, KEPT_HOURS * 3600, KEPT_HOURS, calls,
        ],
    }  # fmt: skip


def _rest(error: Exception) -> None:
    _Broker.away_until = monotonic() + AWAY_S
    logger.warning("calls of keys are not counted for %g s: %s", AWAY_S, error)


@cache
def _script(_url: str) -> Script:
    """Return the script at this process's broker; it is sent whole where the broker lost it."""
    return broker_client().register_script(_COUNT)
