"""The matrix of task type and trust tier: what each cell was asked, held back and came to."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.chart import ChartTable
from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.cards.period import PeriodBar


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFact:
    """One line of a cell: what it says, and what it is out of; `is_high` marks it as a worry."""

    label: str
    text: str
    note: str = ""
    is_high: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One cell, or the sum of a row or column.

    `column` names it where the table folds; `preset` is what it gives now, empty for a sum; `shade`
    in 0 to 4 is how much of what was asked did not run at once; `url` leads to what people answered
    about it, empty where nothing was asked of them.
    """

    column: str
    preset: str
    shade: int
    asked: str
    facts: tuple[CellFact, ...]
    url: str = ""
    is_sum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """The cells of one task type, then their sum; the last row sums up the columns."""

    label: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierColumn:
    """The heading of a column; `url` leads to the agents of that tier, empty for the sum."""

    label: str
    tier: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPage:
    """The whole page.

    `cost` says what governance cost in the period, `saved` what it saved as far as that can be
    estimated. `note` says which hours count, `late` that the figures lag, empty while they do not.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    url: str
    parts_url: str
    summary: str
    bar: PeriodBar
    figures: tuple[KeyFigure, ...]
    cost: tuple[str, ...]
    saved: tuple[str, ...]
    policy: int
    columns: tuple[TierColumn, ...]
    rows: tuple[MatrixRow, ...]
    table: ChartTable
    note: str
    late: str
    files: FileLinks
