from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.display.trend_bars import (
    ResultBar,
    bar_trace,
    middle,
    part_of,
    result_traces,
    slot_label,
    slot_text,
    time_axis,
)
from governance.domain.rollup import BucketSize

SLOT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_bars_are_as_wide_as_their_buckets_or_a_part_of_them() -> None:
    whole = bar_trace([SLOT], [3], BucketSize.HOUR, name="All", hovers=["3"])
    half = bar_trace([SLOT], [3], BucketSize.HOUR, name="All", hovers=["3"], part=0.5)

    assert (whole["width"], half["width"], whole["offset"]) == ([3_600_000], [1_800_000], 0)


def test_results_that_never_came_have_no_trace() -> None:
    traces = result_traces([ResultBar(slot=SLOT, counts=(8, 0, 4, 0))], BucketSize.HOUR)

    assert [trace["name"] for trace in traces] == ["Succeeded", "Failed"]
    assert traces[1]["hovertext"] == ["Failed: 4 of 12 (33\xa0%)<br>2\xa0Mar 12:00"]


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(3, 9, "3 of 9"), (3, 10, "3 of 10 (30\xa0%)"), (1_000, 4_000, "1,000 of 4,000 (25\xa0%)")],
)
def test_a_share_is_said_from_ten_on(part: int, whole: int, words: str) -> None:
    assert part_of(part, whole) == words


def test_the_value_of_a_bucket_is_drawn_in_its_middle_and_never_to_come() -> None:
    late, soon = SLOT + timedelta(hours=5), SLOT + timedelta(minutes=10)

    assert middle(SLOT, BucketSize.HOUR, now=late) == SLOT + timedelta(minutes=30)
    assert middle(SLOT, BucketSize.HOUR, now=soon) == soon


def test_days_are_those_of_utc_and_say_so() -> None:
    assert (slot_text(SLOT, BucketSize.DAY), slot_label(BucketSize.DAY)) == ("2\xa0Mar", "Day, UTC")
    assert slot_label(BucketSize.HOUR) == "Begins, UTC"


def test_the_axis_spans_the_period_whatever_is_drawn() -> None:
    axis = time_axis(SLOT, SLOT + timedelta(days=1), anchor="y2")

    assert axis["range"] == ["2026-03-02T12:00:00.000Z", "2026-03-03T12:00:00.000Z"]
    assert axis["anchor"] == "y2"
