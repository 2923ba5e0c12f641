from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dashboard.display.trend_lines import (
    POINTS_MOST,
    TrendPoint,
    band_traces,
    known_runs,
    line_trace,
)

HOUR = timedelta(hours=1)
START = datetime(2026, 3, 2, tzinfo=UTC)


def point(hour: float, value: float | None = 0.5, **fields: float) -> TrendPoint:
    at = START + hour * HOUR
    return TrendPoint(slot=at, at=at, value=value, hover=f"at {hour:g}", **fields)


def test_a_line_breaks_where_neighbours_lie_too_far_apart() -> None:
    runs = known_runs([point(0), point(1), point(3.5), point(5.5)], 2 * HOUR)

    assert [[each.hover for each in run] for run in runs] == [
        ["at 0", "at 1"],
        ["at 3.5", "at 5.5"],
    ]


def test_a_line_breaks_where_a_value_is_not_known() -> None:
    runs = known_runs([point(0), point(1, None), point(2)], 9 * HOUR)

    assert [len(run) for run in runs] == [1, 1]


def test_nothing_known_is_no_run() -> None:
    assert known_runs([point(0, None)], HOUR) == []


def test_between_two_runs_nothing_is_drawn_and_a_point_alone_is_a_dot() -> None:
    trace = line_trace(
        known_runs([point(0), point(1), point(5, 0.25)], HOUR), name="Trust", line={"color": "red"}
    )

    assert trace["y"] == [0.5, 0.5, None, 0.25]
    assert trace["x"][2] == trace["x"][3]
    assert trace["hovertext"] == ["at 0", "at 1", "", "at 5"]
    assert trace["marker"]["size"] == [0, 0, 0, 6]
    assert trace["connectgaps"] is False


def test_a_band_goes_along_its_upper_end_and_back_along_the_lower() -> None:
    points = [point(0, low=0.4, high=0.6), point(1, low=0.3, high=0.7), point(9, low=0.1, high=0.2)]

    (band,) = band_traces(points, HOUR, name="Band", color="red", opacity=0.2)

    assert band["y"] == [0.6, 0.7, 0.3, 0.4, None, 0.2, 0.1, None]
    assert band["fill"] == "toself"
    assert band["showlegend"] is True


def test_a_band_of_many_points_is_cut_into_traces_that_meet() -> None:
    points = [point(hour, low=0.4, high=0.6) for hour in range(2_000)]

    bands = band_traces(points, HOUR, name="Band", color="red", opacity=0.2)

    assert max(len(band["x"]) for band in bands) <= POINTS_MOST
    assert [band["showlegend"] for band in bands] == [True, False, False]
    ends = [band["x"][: band["x"].index(band["x"][0]) + 1] for band in bands]
    assert ends[0] == ["2026-03-02T00:00:00.000Z"]
    drawn = {at for band in bands for at in band["x"]}
    assert len(drawn) == 2_000


def test_without_bounds_there_is_no_band() -> None:
    assert band_traces([point(0)], HOUR, name="Band", color="red", opacity=0.2) == []
