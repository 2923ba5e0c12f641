from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.display.sheets import sheet_line

CELLS = json.loads((Path(__file__).parent.parent / "cells.json").read_text("utf-8"))


@pytest.mark.parametrize(("cell", "written"), CELLS)
def test_a_cell_is_text_or_a_number_and_never_a_formula(cell: str, written: str) -> None:
    assert sheet_line(["a", cell]) == f"a,{written}\r\n"


def test_nothing_is_an_empty_cell_and_truth_a_word() -> None:
    assert sheet_line([None, True, 7, -2.5]) == ",true,7,-2.5\r\n"
