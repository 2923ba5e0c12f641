"""Tables as CSV (RFC 4180) that no spreadsheet takes for formulas.

The script `static/js/lib/csv.js` writes the same cells; both are tested with one table.
Source of the rule: OWASP, CSV Injection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Spreadsheets also begin a formula with the full-width forms of these signs.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_QUOTED = re.compile(r'[",\r\n]')


def sheet_line(cells: Iterable[object]) -> str:
    """Return one row with its line end; None is an empty cell, truth is `true` or `false`."""
    return ",".join(_cell(_text(cell)) for cell in cells) + "\r\n"


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _cell(text: str) -> str:
    """Return the cell in quotes where it needs them.

    A text that a spreadsheet would compute begins with an apostrophe; plain numbers stay.
    """
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
