"""Tables as files: CSV (RFC 4180) that no spreadsheet takes for formulas, and JSON.

The script `static/js/lib/csv.js` writes the same cells; both are tested with one table.
Source of the rule: OWASP, CSV Injection.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from dashboard.display.durations import wire_time
from governance.domain.money import usd_text

Row = TypeVar("Row")

# Spreadsheets also begin a formula with the full-width forms of these signs.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_QUOTED = re.compile(r'[",\r\n]')


class Ending(StrEnum):
    """The kinds of file, by how their names end."""

    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[Row]):
    """A table as other programs read it.

    ``name`` and ``fleet`` go into the file's name; ``fleet`` is empty for all of a person's.
    ``columns`` says for each key how its value is read off a row. Keys carry units, `cost_usd`,
    and with their order they are a promise to whoever reads the files: only ever add to the end.
    ``rows`` are read while they are sent.
    """

    name: str
    columns: Mapping[str, Callable[[Row], Any]]
    rows: Iterable[Row]
    fleet: str = ""

    def file_name(self, ending: Ending, *, at: datetime) -> str:
        """Return what the file is called: of which table and fleet, as of when in UTC."""
        return (
            f"{self.name}-{self.fleet or 'all-fleets'}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.{ending}"
        )

    def lines(self, ending: Ending) -> Iterator[str]:
        """Yield the file line by line; times are ISO 8601 in UTC."""
        return self._csv() if ending is Ending.CSV else self._json()

    def _csv(self) -> Iterator[str]:
        yield sheet_line(self.columns)
        for row in self.rows:
            yield sheet_line(plain(read(row)) for read in self.columns.values())

    def _json(self) -> Iterator[str]:
        """Yield an array of one object for each row, one a line; each has every key."""
        opening = "["
        for row in self.rows:
            record = {key: plain(read(row)) for key, read in self.columns.items()}
            yield f"{opening}\n{json.dumps(record, ensure_ascii=False)}"
            opening = ","
        yield "[]\n" if opening == "[" else "\n]\n"


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times in UTC, amounts in US dollars as the API writes them."""
    if isinstance(value, datetime):
        return wire_time(value)
    if isinstance(value, Decimal):
        return usd_text(value)
    if isinstance(value, StrEnum | UUID):
        return str(value)
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value


def sheet_line(cells: Iterable[object]) -> str:
    """Return one row with its line end; None is an empty cell, truth is `true` or `false`."""
    return ",".join(_cell(_text(cell)) for cell in cells) + "\r\n"


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, list):
        return "; ".join(map(_text, cell))
    if isinstance(cell, dict):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _cell(text: str) -> str:
    """Return the cell in quotes where it needs them.

    A text that a spreadsheet would compute begins with an apostrophe; plain numbers stay.
    """
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
