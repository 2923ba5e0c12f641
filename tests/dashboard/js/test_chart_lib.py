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
