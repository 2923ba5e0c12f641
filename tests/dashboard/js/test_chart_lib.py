"""The pure modules of charts: figures in the colours of now, tables as CSV."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Call = Callable[..., Any]
CELLS = json.loads((Path(__file__).parent.parent / "cells.json").read_text("utf-8"))


def test_looking_nearer_keeps_the_middle(call: Call) -> None:
    assert call("figure", "zoomed", [0, 4], 0.5) == [1, 3]


def marks(rank: int, places: list[float]) -> dict[str, Any]:
    """Return a kind of mark of a graph with its names to the right."""
    beside = ["top right"] * len(places)
    return {"mode": "markers+text", "legendrank": rank, "x": places, "textposition": beside}


def test_on_a_phone_names_stand_above_their_marks_but_at_the_edges(call: Call) -> None:
    (narrow,) = call("figure", "namesNarrowed", [marks(1, [0.1, 0.5, 0.9])])

    assert narrow["textposition"] == ["top right", "top center", "top right"]


def test_of_many_names_only_those_of_the_foremost_marks_stay_on_a_phone(call: Call) -> None:
    lines = {"mode": "lines", "x": [0.0, 1.0, None]}
    few, many = (
        [marks(3, [0.5] * 6), marks(1, [0.5] * 2)],
        [marks(3, [0.5] * 7), marks(1, [0.5] * 2)],
    )

    of_few, of_many = (call("figure", "namesNarrowed", [lines, *each]) for each in (few, many))

    assert [trace["mode"] for trace in of_few] == ["lines", "markers+text", "markers+text"]
    assert [trace["mode"] for trace in of_many] == ["lines", "markers", "markers+text"]


@pytest.mark.parametrize(("cell", "written"), CELLS)
def test_a_cell_is_text_or_a_number_and_never_a_formula(
    call: Call, cell: str, written: str
) -> None:
    assert call("csv", "csvText", [["a", cell]]) == f"a,{written}\r\n"


def marked(
    call: Call, since: str, until: str, zone: str = "Europe/Berlin"
) -> list[tuple[str, str]]:
    """Return where an axis is marked, in UTC, and with what."""
    ends = [call("time_axis", "axisTime", each) for each in (since, until)]
    ticks = call("time_axis", "zoneTicks", *ends, zone)
    texts = [text.replace("\N{NO-BREAK SPACE}", " ") for text in ticks["ticktext"]]
    return list(zip([at[5:16] for at in ticks["tickvals"]], texts, strict=True))


def test_days_are_marked_where_they_begin_in_the_zone_also_after_clocks_were_moved(
    call: Call,
) -> None:
    # Berlin is an hour ahead of UTC until 29 March 2026, 01:00 UTC, and two hours from then.
    assert marked(call, "2026-03-27", "2026-03-31") == [
        ("03-27T23:00", "28 Mar"),
        ("03-28T23:00", "29 Mar"),
        ("03-29T22:00", "30 Mar"),
        ("03-30T22:00", "31 Mar"),
    ]


def test_hours_that_clocks_skip_or_repeat_are_marked_never_or_once(call: Call) -> None:
    skipped = marked(call, "2026-03-28 23:30", "2026-03-29 03:30")
    repeated = marked(call, "2026-10-24 23:30", "2026-10-25 03:30")

    assert skipped == [
        ("03-29T00:00", "01:00<br>29 Mar"),
        ("03-29T01:00", "03:00"),
        ("03-29T02:00", "04:00"),
        ("03-29T03:00", "05:00"),
    ]
    assert repeated == [
        ("10-25T00:00", "02:00<br>25 Oct"),
        ("10-25T02:00", "03:00"),
        ("10-25T03:00", "04:00"),
    ]


def test_half_hours_of_a_zone_are_no_reason_for_odd_marks(call: Call) -> None:
    assert marked(call, "2026-03-01 00:00", "2026-03-01 06:00", "Asia/Kolkata")[0] == (
        "03-01T00:30",
        "06:00<br>1 Mar",
    )


def test_looking_nearer_at_times_keeps_the_middle(call: Call) -> None:
    nearer = call("figure", "zoomed", ["2026-03-01", "2026-03-03 00:00"], 0.5)

    assert nearer == ["2026-03-01T12:00:00.000Z", "2026-03-02T12:00:00.000Z"]
