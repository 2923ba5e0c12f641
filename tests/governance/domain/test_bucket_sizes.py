from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.domain.rollup import BucketSize, size_kept

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_ago", "days_long", "size"),
    [
        (2, 2, BucketSize.FIVE_MINUTES),
        (3, 1, BucketSize.FIVE_MINUTES),
        (4, 1, BucketSize.HOUR),
        (31, 31, BucketSize.HOUR),
        (32, 1, BucketSize.HOUR),
        (33, 1, BucketSize.DAY),
        (90, 90, BucketSize.DAY),
        (800, 90, BucketSize.DAY),
    ],
)
def test_a_span_is_drawn_from_the_finest_buckets_that_are_kept_for_all_of_it(
    days_ago: int, days_long: int, size: BucketSize
) -> None:
    since = NOW - timedelta(days=days_ago)

    assert size_kept(since, since + timedelta(days=days_long), now=NOW) is size
