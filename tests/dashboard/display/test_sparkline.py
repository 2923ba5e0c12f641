from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashboard.display.sparkline import (
    Region,
    Scored,
    Span,
    SparkMark,
    hourly,
    regions,
    spark_marks,
    spark_paths,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
# 100 hours, so that an hour is one percent of the width.
SPAN = Span(START, START + timedelta(hours=100))


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_a_score_holds_until_the_next_one() -> None:
    paths = spark_paths([Scored(at(10), 1.0), Scored(at(20), 0.5)], SPAN)

    # 72 units high, from the top: 1.0 is 0, 0.5 is 36; 1000 wide.
    assert paths == ("M100.0 0.0H200.0V36.0H204.0",)


def test_more_than_a_day_without_a_score_is_a_gap() -> None:
    paths = spark_paths([Scored(at(0), 1.0), Scored(at(24), 1.0), Scored(at(49), 1.0)], SPAN)

    assert paths == ("M0.0 0.0H240.0V0.0H244.0", "M490.0 0.0H494.0")


def test_where_too_little_is_known_there_is_a_gap() -> None:
    scores = [Scored(at(1), 1.0), Scored(at(2), None), Scored(at(3), 1.0)]

    assert len(spark_paths(scores, SPAN)) == 2


def test_without_scores_there_is_no_line() -> None:
    assert spark_paths([], SPAN) == ()
    assert spark_paths([Scored(at(1), None)], SPAN) == ()


def test_the_last_score_of_each_hour_is_kept_in_order() -> None:
    scores = [Scored(at(1.9), 0.3), Scored(at(1.1), 0.1), Scored(at(2), 0.4)]

    assert hourly(scores) == [Scored(at(1.9), 0.3), Scored(at(2), 0.4)]


def test_regions_end_where_the_drawing_does() -> None:
    found = regions([(at(-5), at(10)), (at(90), at(200)), (at(-9), at(-1))], SPAN)

    assert found == (Region(0.0, 10.0), Region(90.0, 10.0))


def test_a_short_region_can_still_be_seen() -> None:
    assert regions([(at(50), at(50))], SPAN) == (Region(50.0, 0.3),)


def test_marks_of_one_kind_that_would_cover_each_other_are_one() -> None:
    happened = [("trip", at(10)), ("trip", at(11)), ("decision", at(11)), ("trip", at(40))]

    assert spark_marks(happened, SPAN) == (
        SparkMark("trip", 10.0, 2),
        SparkMark("decision", 11.0),
        SparkMark("trip", 40.0),
    )


def test_marks_outside_the_time_are_left_out() -> None:
    assert spark_marks([("trip", at(-1)), ("trip", at(101))], SPAN) == ()
