from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

import pytest

from dashboard.display.sheets import Ending, Sheet, sheet_line
from governance.domain.types import Tier

CELLS = json.loads((Path(__file__).parent.parent / "cells.json").read_text("utf-8"))


@pytest.mark.parametrize(("cell", "written"), CELLS)
def test_a_cell_is_text_or_a_number_and_never_a_formula(cell: str, written: str) -> None:
    assert sheet_line(["a", cell]) == f"a,{written}\r\n"


def test_nothing_is_an_empty_cell_and_truth_a_word() -> None:
    assert sheet_line([None, True, 7, -2.5]) == ",true,7,-2.5\r\n"


def test_a_file_holds_plain_values_whatever_the_rows_are() -> None:
    at = datetime(2026, 3, 2, 13, 0, tzinfo=timezone(timedelta(hours=1)))
    row = (at, Decimal("1E+2"), Tier.HIGH, ("a", "b, c"), None)
    sheet = Sheet(
        name="agents",
        columns={str(place): itemgetter(place) for place in range(5)},
        rows=[row],
    )

    assert json.loads("".join(sheet.lines(Ending.JSON))) == [
        {"0": "2026-03-02T12:00:00.000Z", "1": "100.00", "2": "high", "3": ["a", "b, c"], "4": None}
    ]
    assert list(sheet.lines(Ending.CSV)) == [
        "0,1,2,3,4\r\n",
        '2026-03-02T12:00:00.000Z,100.00,high,"a; b, c",\r\n',
    ]
    assert sheet.file_name(Ending.CSV, at=at) == "agents-all-fleets-20260302T120000Z.csv"
