"""The links from a table to its files, and the table of a chart as one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dashboard.cards.files import FileLinks
from dashboard.display.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboard.cards.chart import Cell, ChartTable, Column

# What a table writes where there is nothing to write.
NOT_SAID = "–"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def file_links(
    name: str, what: str, *, address: Callable[[str], str] = str, **place: Any
) -> FileLinks:
    """Return where a table is a file.

    Args:
        name: of the table in `dashboard/urls.py`; its files are `NAME-csv` and `NAME-json`.
        what: the rows, in a word or two.
        address: adds to a path what the page's own address narrows the rows to.
        place: what the route names: the fleet, the agent.
    """
    return FileLinks(
        what=what,
        csv_url=address(reverse(f"{name}-csv", kwargs=place)),
        json_url=address(reverse(f"{name}-json", kwargs=place)),
    )


def chart_sheet(name: str, fleet: str, table: ChartTable) -> Sheet[tuple[Cell, ...]]:
    """Return the facts of a chart, row by row; what is not known is empty."""

    def read(place: int, column: Column) -> Callable[[tuple[Cell, ...]], Any]:
        return lambda row: _fact(row[place], column)

    return Sheet(
        name=name,
        fleet=fleet,
        columns={column.name: read(place, column) for place, column in enumerate(table.columns)},
        rows=table.rows,
    )


def _fact(cell: Cell, column: Column) -> Any:
    said = cell.value or ("" if cell.text == NOT_SAID else cell.text)
    if not said:
        return None
    if column.is_number and _NUMBER.fullmatch(said):
        return float(said) if "." in said else int(said)
    return said
