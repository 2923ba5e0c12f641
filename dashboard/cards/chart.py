"""A chart: what it shows in one sentence, its figure, and the same facts as a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.cards.files import FileLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a chart's table; `key` names it in files, with its unit, as `median_s` does.

    Without one it is called what people read.
    """

    label: str
    is_number: bool = False
    key: str = ""

    @property
    def name(self) -> str:
        """Return what programs call it."""
        return self.key or re.sub(r"[^a-z0-9]+", "_", self.label.lower()).strip("_")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as people read it; `value` is what programs read instead, where that differs.

    Times are then ISO 8601 in UTC, amounts plain decimals. `url` is the page of what it names.
    """

    text: str
    value: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartTable:
    """The facts of a chart, row by row; the first cell of a row names it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartCard:
    """A chart with everything around it.

    `key` names it on its page and its files. `figure` is a Plotly figure, `data` and `layout`, that
    names design tokens, `var(--ink)`, where a colour stands; None where there is nothing to draw.
    `files` are the same facts, where whoever has no script can save them.
    """

    key: str
    title: str
    summary: str
    figure: Mapping[str, Any] | None
    table: ChartTable
    zooms: bool = False
    files: FileLinks | None = None
