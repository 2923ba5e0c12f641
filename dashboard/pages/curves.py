"""Amounts of money day by day: the figure of a few curves, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dashboard.cards.chart import Cell, ChartTable, Column
from dashboard.display.durations import day_time, wire_time
from dashboard.display.figures import money
from dashboard.display.plots import plot_layout, plot_text

_HEIGHT_PX = 260
_LINES = (
    {"color": "var(--series-1)", "width": 2.5},
    {"color": "var(--series-2)", "width": 2.5, "dash": "dash"},
    {"color": "var(--series-4)", "width": 2.5, "dash": "dashdot"},
    {"color": "var(--series-3)", "width": 2.5, "dash": "longdash"},
)
OWN_LINES = len(_LINES)
_OTHERS = {"color": "var(--ink-3)", "width": 1.5, "dash": "dot"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Dollars at the end of each day; ``others`` is what the rest is compared with."""

    name: str
    daily: Sequence[Decimal]
    others: bool = False


@dataclass(frozen=True, slots=True)
class DayMark:
    """Something that happened, marked on the curves."""

    at: datetime
    label: str


def curves_figure(
    days: Sequence[date], curves: Sequence[Curve], marks: Sequence[DayMark] = (), *, now: datetime
) -> dict[str, Any]:
    """Return a figure of curves over the days, with marks on top.

    Args:
        days: of every curve, oldest first, UTC.
        curves: at most ``OWN_LINES`` that are not ``others``.
        marks: what happened within these days.
        now: the last day has come so far.
    """
    lines = iter(_LINES)
    ends = [min(datetime.combine(day, time(), UTC) + timedelta(days=1), now) for day in days]
    data = [_trace(ends, curve, _OTHERS if curve.others else next(lines)) for curve in curves]
    if marks:
        data.append(_marked(marks, max(float(max(curve.daily)) for curve in curves)))
    return {
        "data": data,
        "layout": plot_layout(
            height_px=_HEIGHT_PX,
            xaxis={"type": "date", "showgrid": False, "nticks": 5, "tickformat": "%-d %b"},
            yaxis={"tickformat": "$,.2~f", "nticks": 6},
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            shapes=[_line_at(mark) for mark in marks],
        ),
    }


def curves_table(days: Sequence[date], curves: Sequence[Curve]) -> ChartTable:
    """Return the curves as a table, the newest day first."""
    return ChartTable(
        columns=(
            Column(label="End of day"),
            *(Column(label=f"{curve.name}, $", is_number=True) for curve in curves),
        ),
        rows=tuple(
            (
                Cell(f"{day:%-d %b}", day.isoformat()),
                *(Cell(money(curve.daily[at]), f"{curve.daily[at]:.6f}") for curve in curves),
            )
            for at, day in reversed(list(enumerate(days)))
        ),
    )


def _trace(ends: Sequence[datetime], curve: Curve, line: dict[str, Any]) -> dict[str, Any]:
    name = plot_text(curve.name)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [wire_time(end) for end in ends],
        "y": [float(balance) for balance in curve.daily],
        "hovertext": [
            f"{name}<br>{money(balance)}, {day_time(end)} UTC"
            for end, balance in zip(ends, curve.daily, strict=True)
        ],
        "hoverinfo": "text",
        "line": line,
    }


def _marked(marks: Sequence[DayMark], top: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": [wire_time(mark.at) for mark in marks],
        "y": [top] * len(marks),
        "hovertext": [f"{mark.label} {day_time(mark.at)} UTC" for mark in marks],
        "hoverinfo": "text",
        "marker": {"symbol": "triangle-down", "size": 11, "color": "var(--ink-2)"},
    }


def _line_at(mark: DayMark) -> dict[str, Any]:
    at = wire_time(mark.at)
    line = {"color": "var(--line-strong)", "width": 1, "dash": "dot"}
    return {
        "type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line,
    }  # fmt: skip
