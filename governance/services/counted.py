"""Counts of the whole installation, kept in the broker for `GET /metrics`.

Whichever process records a fact adds to them once it is committed, so that a scrape of any web
process has all of them. They begin at 0 when the broker does, as counters of Prometheus may; what
happens while it is away is counted when the relay pushes it. Nothing else reads them.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import redis

from governance.feed import broker_client
from governance.selectors.counted import (
    CASCADE_BUCKETS,
    COUNTED_KEY,
    DECIDE_BUCKETS_S,
    field_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from governance.models import Event

# What a detector finds, by the name of its event; freezes act unless they say that they do not.
_FREEZES = frozenset({"breaker.tripped", "breaker.latched", "breaker.probation_failed"})
_OVERFLOW = "breaker.overflow"
_DETECTED = _FREEZES | {_OVERFLOW, "breaker.would_trip"}
_ENDED = frozenset({"ticket.resolved", "ticket.expired", "ticket.withdrawn", "ticket.superseded"})


def counted_add(amounts: Mapping[str, float]) -> None:
    """Add to counts; while the broker is away they are lost, and nobody waits.

    Args:
        amounts: by field, as `selectors.counted.field_of` names it.
    """
    if not amounts:
        return
    with suppress(OSError, redis.RedisError):
        adding = broker_client().pipeline(transaction=False)
        for field, amount in amounts.items():
            adding.hincrbyfloat(COUNTED_KEY, field, amount)
        adding.execute()


def events_counted(rows: Sequence[Event]) -> Counter[str]:
    """Return what recorded events add to the counts; most add nothing."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row.name in _DETECTED:
            counts.update(_trip_counted(row))
        elif row.name == "ticket.opened":
            counts[field_of("tickets_opened")] += 1
        elif row.name in _ENDED:
            counts[field_of("tickets_ended", how=row.name.partition(".")[2])] += 1
        elif row.name == "cascade.contained":
            size = sum(row.payload.get(name, 0) for name in ("held", "tainted", "not_held"))
            counts.update(observed("cascade_size", size, CASCADE_BUCKETS))
    return counts


def decided_counted(seconds: float) -> Counter[str]:
    """Return what one answer of people adds: how long after the ticket opened it came."""
    return observed("ticket_decide_seconds", seconds, DECIDE_BUCKETS_S)


def told_counted(channel: str, *, taken: bool) -> None:
    """Count one attempt to tell somebody.

    Args:
        channel: its kind, such as ``mail`` or ``webhook``.
        taken: whether the receiver took it.
    """
    result = "sent" if taken else "failed"
    counted_add({field_of("notifications", channel=channel, result=result): 1})


def observed(name: str, value: float, buckets: Sequence[float]) -> Counter[str]:
    """Return what one observation adds to a histogram: its smallest bucket, and the sum."""
    bucket = next((str(each) for each in buckets if value <= each), "+Inf")
    counts: Counter[str] = Counter({field_of(name, le=bucket): 1})
    counts[field_of(name, part="sum")] += value  # type: ignore[assignment]
    return counts


def _trip_counted(row: Event) -> Counter[str]:
    counts = Counter({field_of("trips_detected"): 1})
    if row.name == _OVERFLOW:
        counts[field_of("trips_overflow")] += 1
    elif row.name in _FREEZES and row.payload.get("enforced", True):
        counts[field_of("trips_enforced")] += 1
    return counts
