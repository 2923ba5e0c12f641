"""How many calls keys make: now, in the last hour and in the last day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import redis

from governance.domain.key_rates import WINDOW_S, CallCount
from governance.feed import broker_client

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from governance.models import ApiKey

# The last day reaches into 25 hours of the clock, and one more until the oldest is dropped.
KEPT_HOURS = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUsage:
    """Calls of one key: `minute` as a limit counts them, `hour` and `day` the last 60 min, 24 h.

    `refused_hour` and `refused_day` were beyond its limit, and are counted nowhere else.
    """

    minute: float = 0.0
    hour: int = 0
    day: int = 0
    refused_hour: int = 0
    refused_day: int = 0


def hour_key(key_id: UUID, hour: int) -> str:
    """Return where the minutes of an hour are counted; ``hour`` is whole hours since 1970."""
    return f"countersign:calls:{{{key_id}}}:{hour}"


def totals_key(key_id: UUID) -> str:
    """Return where the hours of a key are counted."""
    return f"countersign:calls:{{{key_id}}}"


def key_usage(key: ApiKey, now: datetime) -> KeyUsage | None:
    """Return the calls of one key; None while the broker does not answer."""
    found = keys_usage([key.pk], now=now)
    return None if found is None else found[key.pk]


def keys_usage(key_ids: Collection[UUID], *, now: datetime) -> dict[UUID, KeyUsage] | None:
    """Return the calls of keys by id, in one round trip; None while the broker does not answer."""
    hour = int(now.timestamp()) // 3600
    # Whole hours from their totals; the hours at both ends of the hour and the day by minutes.
    hours = (hour, hour - 1, hour - 24)
    try:
        with broker_client().pipeline(transaction=False) as pipe:
            for key_id in key_ids:
                pipe.hgetall(totals_key(key_id))
                for each in hours:
                    pipe.hgetall(hour_key(key_id, each))
            rows = [_counts(row) for row in pipe.execute()]
    except (OSError, redis.RedisError):
        return None
    width = 1 + len(hours)
    return {
        key_id: _usage(rows[at * width], *rows[at * width + 1 : (at + 1) * width], now=now)
        for at, key_id in enumerate(key_ids)
    }


def _counts(row: Mapping[bytes, bytes]) -> dict[str, int]:
    return {field.decode(): int(count) for field, count in row.items()}


def _usage(
    totals: Mapping[str, int],
    this: Mapping[str, int],
    last: Mapping[str, int],
    oldest: Mapping[str, int],
    *,
    now: datetime,
) -> KeyUsage:
    minute, seconds = divmod(now.timestamp(), WINDOW_S)
    hour, at = divmod(int(minute), 60)

    def in_hour(mark: str) -> int:
        return _sum(this, mark, range(at + 1)) + _sum(last, mark, range(at + 1, 60))

    def in_day(mark: str) -> int:
        whole = _sum(totals, mark, range(hour - 23, hour + 1))
        return whole + _sum(oldest, mark, range(at + 1, 60))

    before = this if at else last
    now_counted = CallCount(
        before=before.get(str((at - 1) % 60), 0),
        current=this.get(str(at), 0),
        passed=seconds / WINDOW_S,
    )
    return KeyUsage(
        minute=now_counted.used,
        hour=in_hour(""),
        day=in_day(""),
        refused_hour=in_hour("r"),
        refused_day=in_day("r"),
    )


def _sum(counts: Mapping[str, int], mark: str, over: range) -> int:
    return sum(counts.get(f"{mark}{each}", 0) for each in over)
