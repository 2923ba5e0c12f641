"""Marks that stand close together, and how a chart is looked at in its address: pure modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Call = Callable[..., Any]
# Ten minutes in 600 px: a second is a pixel.
VIEW = {"from": 0, "to": 600_000, "width": 600}
EVENT = "/f/shop/events/{}/"


def at(second: float) -> str:
    minutes, rest = divmod(second, 60)
    return f"1970-01-01T00:{int(minutes):02d}:{rest:06.3f}Z"


def trace(seconds: Sequence[float], name: str = "Trips", first: int = 1) -> dict[str, Any]:
    return {
        "meta": "marks",
        "name": name,
        "x": [at(second) for second in seconds],
        "y": [0.5] * len(seconds),
        "hovertext": [f"mark {first + place}" for place in range(len(seconds))],
        "customdata": [EVENT.format(first + place) for place in range(len(seconds))],
    }


def shown(call: Call, *traces: dict[str, Any], **view: float) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = call("clusters", "clustered", list(traces), {**VIEW, **view})
    return result


def test_twenty_marks_are_drawn_one_by_one_however_close(call: Call) -> None:
    marks = trace([second / 10 for second in range(20)])

    assert shown(call, marks) == [marks]


def test_of_more_those_within_24_px_of_the_first_become_one(call: Call) -> None:
    # 23 s after the first is near, 24 s is not; all others stand 25 px apart.
    alone, several = shown(call, trace([0, 23, *range(24, 600, 30)]))

    assert several["text"] == ["2"]
    assert several["x"] == [at(0)]
    assert len(alone["x"]) == 20
    assert alone["hovertext"][0] == "mark 3"
    assert alone["customdata"][0] == EVENT.format(3)


def test_marks_out_of_view_are_not_counted_and_stay(call: Call) -> None:
    marks = trace(range(0, 60, 2))

    assert shown(call, marks, to=30_000) == [marks]


def test_kinds_that_a_person_hid_are_not_counted(call: Call) -> None:
    seen, hidden = trace([1, 2]), trace(range(30), name="Decisions")

    found = call("clusters", "clustered", [seen, hidden], VIEW, ["Decisions"])

    assert found == [seen, hidden]


def test_a_kind_of_which_none_stands_alone_keeps_its_place_in_the_legend(call: Call) -> None:
    alone, _ = shown(call, trace(range(21)))

    assert (alone["x"], alone["hovertext"]) == ([None], [])


def test_what_is_no_mark_is_left_as_it_is(call: Call) -> None:
    line = {"name": "Trust", "x": ["1970-01-01"], "y": [0.9]}

    first, _, _ = shown(call, line, trace(range(30)))

    assert first == line


def test_a_cluster_counts_its_kinds_and_reads_out_the_first_three(call: Call) -> None:
    trips, drift = trace(range(19)), trace([2.5, 3.5], name="Drift", first=50)

    *_, several = shown(call, trips, drift)

    assert several["text"] == ["21"]
    assert several["hovertext"] == [
        "21 marks: Trips 19, Drift 2<br>mark 1<br>mark 2<br>mark 3<br>and 18 more"
    ]


def test_a_click_on_a_cluster_leads_nearer_with_a_margin(call: Call) -> None:
    *_, several = shown(call, trace([100 + second for second in range(21)]))

    # 20 s and a quarter of that on each side.
    assert several["customdata"] == [{"zoom": [at(95), at(125)]}]


def test_what_no_zoom_tells_apart_leads_to_the_log_of_its_moment(call: Call) -> None:
    *_, several = shown(call, trace([60] * 21))

    assert several["customdata"] == [
        "/f/shop/events/?from=1970-01-01T00%3A00%3A59.000Z&to=1970-01-01T00%3A01%3A01.000Z"
    ]


def test_looking_nearer_at_times_keeps_the_middle(call: Call) -> None:
    assert call("figure", "zoomed", ["2026-03-01 12:00", "2026-03-01 16:00:00.000"], 0.5) == [
        "2026-03-01T13:00:00.000Z",
        "2026-03-01T15:00:00.000Z",
    ]


def test_an_address_carries_the_zoom_of_each_chart(call: Call) -> None:
    ends = ["2026-03-01 12:00", "2026-03-01 16:00:00.4"]
    search = "?range=7d&zoom=cost,2026-03-01T00:00:00Z,2026-03-02T00:00:00Z"

    told = call("view_address", "zoomTold", search, "trust", ends)

    assert told == f"{search}&zoom=trust,2026-03-01T12:00:00Z,2026-03-01T16:00:00Z"
    assert call("view_address", "zoomAsked", told, "trust") == [
        "2026-03-01T12:00:00Z",
        "2026-03-01T16:00:00Z",
    ]
    assert call("view_address", "zoomTold", told, "trust", None) == search


@pytest.mark.parametrize(
    "search",
    ["", "?zoom=", "?zoom=trust", "?zoom=trust,now,then", "?zoom=trust,2026-03-02,2026-03-01"],
)
def test_a_mangled_zoom_is_none(call: Call, search: str) -> None:
    assert call("view_address", "zoomAsked", search, "trust") is None


def test_the_way_to_other_kinds_of_marks_keeps_every_zoom(call: Call) -> None:
    zoom = "zoom=trust,2026-03-01T12:00:00Z,2026-03-01T16:00:00Z"

    assert call("view_address", "zoomKept", "?marks=trip", f"?range=7d&{zoom}") == (
        f"?marks=trip&{zoom}"
    )
    assert call("view_address", "zoomKept", f"?marks=trip&{zoom}", "?range=7d") == "?marks=trip"


def test_an_event_leads_back_to_where_the_person_was(call: Call) -> None:
    back = "/f/shop/trends/?range=7d&zoom=trust,2026-03-01T12:00:00Z,2026-03-01T16:00:00Z"

    path = call("view_address", "withBack", "/f/shop/events/7/?back=%2Fold", back)

    assert path == (
        "/f/shop/events/7/?back=%2Ff%2Fshop%2Ftrends%2F%3Frange%3D7d%26zoom%3Dtrust%2C2026-03-01"
        "T12%3A00%3A00Z%2C2026-03-01T16%3A00%3A00Z"
    )
