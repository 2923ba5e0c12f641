"""The pure modules of charts: figures in the colours of now, tables as CSV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Call = Callable[..., Any]


def test_looking_nearer_keeps_the_middle(call: Call) -> None:
    assert call("figure", "zoomed", [0, 4], 0.5) == [1, 3]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("plain", "plain"),
        ('two, "quoted"', '"two, ""quoted"""'),
        ("=1+1", "'=1+1"),
        ("@sum", "'@sum"),
        ("-3.5", "-3.5"),
        ("-3.5+1", "'-3.5+1"),
        ("two\nlines", '"two\nlines"'),
    ],
)
def test_a_cell_is_text_or_a_number_and_never_a_formula(
    call: Call, cell: str, written: str
) -> None:
    assert call("csv", "csvText", [["a", cell]]) == f"a,{written}\r\n"
