"""Buckets of time that charts are drawn from, so that no page reads single outcomes of months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum


class BucketSize(StrEnum):
    """How long a bucket is, finest first."""

    FIVE_MINUTES = "5min"
    HOUR = "hour"
    DAY = "day"

    @property
    def length(self) -> timedelta:
        """Return how long a bucket of this size is."""
        return _LENGTHS[self]

    def start(self, at: datetime) -> datetime:
        """Return when the bucket that holds ``at`` begins, in UTC."""
        return at - (at.astimezone(UTC) - _EPOCH) % self.length


_LENGTHS = {
    BucketSize.FIVE_MINUTES: timedelta(minutes=5),
    BucketSize.HOUR: timedelta(hours=1),
    BucketSize.DAY: timedelta(days=1),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# How long buckets are kept: each size covers the ranges that are drawn from it, and a day more.
KEPT = {
    BucketSize.FIVE_MINUTES: timedelta(days=3),
    BucketSize.HOUR: timedelta(days=32),
    BucketSize.DAY: timedelta(days=400),
}
CELLS_KEPT = timedelta(days=400)


def size_for(span: timedelta) -> BucketSize:
    """Return the size whose buckets draw a span of time; at most 750 of them."""
    if span <= timedelta(days=2):
        return BucketSize.FIVE_MINUTES
    return BucketSize.HOUR if span <= timedelta(days=31) else BucketSize.DAY


def size_kept(since: datetime, until: datetime, *, now: datetime) -> BucketSize:
    """Return the finest size for a span whose buckets still exist at ``now`` for all of it.

    Days where even they are gone.
    """
    finest = size_for(until - since)
    coarser = list(BucketSize)[list(BucketSize).index(finest) :]
    return next((size for size in coarser if now - since <= KEPT[size]), BucketSize.DAY)
