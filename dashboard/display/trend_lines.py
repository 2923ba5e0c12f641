"""Lines and bands of values over time: where nothing is known they break, none is made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from dashboard.display.durations import wire_time
from dashboard.display.plots import axis_title

# What a browser draws at once without a pause.
POINTS_MOST = 1_500
_DOT_PX = 6


# Scores, with room above them for marks.
TRUST_AXIS: Mapping[str, Any] = {
    "range": [0, 1.08],
    "tickformat": ".2f",
    "nticks": 6,
    "fixedrange": True,
    "title": axis_title("Trust"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """A value of a bucket that begins at ``slot``, drawn at ``at``; ``hover`` says all of it.

    ``value``, and ``low`` and ``high`` around it, are None where they are not known.
    """

    slot: datetime
    at: datetime
    value: float | None
    low: float | None = None
    high: float | None = None
    hover: str = ""


def known_runs(points: Sequence[TrendPoint], apart: timedelta) -> list[list[TrendPoint]]:
    """Return the known points as runs that one line may join, oldest first.

    Args:
        points: oldest first.
        apart: how far the slots of two neighbours may lie apart; beyond it a line would make up
            what nobody measured.
    """
    runs: list[list[TrendPoint]] = []
    before: TrendPoint | None = None
    for point in points:
        if point.value is not None:
            if before is None or point.slot - before.slot > apart:
                runs.append([])
            runs[-1].append(point)
        before = point if point.value is not None else None
    return runs


def line_trace(
    runs: Sequence[Sequence[TrendPoint]], *, name: str, line: dict[str, Any], **own: Any
) -> dict[str, Any]:
    """Return the trace of a line; a point alone is a dot.

    Args:
        runs: what one line joins each.
        name: in the legend.
        line: its `color`, `width` and `dash`.
        own: what this trace sets besides.
    """
    spaced = list(_spaced(runs))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [wire_time(point.at) for point, _ in spaced],
        "y": [_rounded(point.value) for point, _ in spaced],
        "hovertext": [point.hover for point, _ in spaced],
        "hoverinfo": "text",
        "line": line,
        "marker": {
            "color": line["color"],
            "size": [_DOT_PX if is_alone else 0 for _, is_alone in spaced],
            "line": {"width": 0},
        },
        "connectgaps": False,
        **own,
    }


def band_traces(
    points: Sequence[TrendPoint], apart: timedelta, *, name: str, color: str, opacity: float
) -> list[dict[str, Any]]:
    """Return the area between ``low`` and ``high``, in as many traces as its points need.

    A point alone is a stroke from its low to its high end.
    """
    bounded = [
        TrendPoint(slot=point.slot, at=point.at, value=point.low, low=point.low, high=point.high)
        for point in points
    ]
    areas: list[list[tuple[str, float | None]]] = [[]]
    for run in _cut(known_runs(bounded, apart)):
        area = [(wire_time(point.at), _rounded(point.high)) for point in run]
        area += [(wire_time(point.at), _rounded(point.low)) for point in reversed(run)]
        if len(areas[-1]) + len(area) + 1 > POINTS_MOST:
            areas.append([])
        areas[-1] += [*area, (area[-1][0], None)]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "showlegend": number == 0,
            "legendgroup": name,
            "x": [at for at, _ in area],
            "y": [value for _, value in area],
            "fill": "toself",
            "fillcolor": color,
            "opacity": opacity,
            "line": {"color": color, "width": 1},
            "hoverinfo": "skip",
        }
        for number, area in enumerate(areas)
        if area
    ]


def _spaced(runs: Sequence[Sequence[TrendPoint]]) -> Iterator[tuple[TrendPoint, bool]]:
    """Yield the points, with whether they stand alone, and one without a value between two runs."""
    for number, run in enumerate(runs):
        if number:
            # A time all the same: whoever reads the figure may count on one.
            yield TrendPoint(slot=run[0].slot, at=run[0].at, value=None), False
        for point in run:
            yield point, len(run) == 1


def _cut(runs: Sequence[Sequence[TrendPoint]]) -> Iterator[Sequence[TrendPoint]]:
    """Yield the runs, those that are too long for a trace in pieces that share their ends."""
    most = POINTS_MOST // 2 - 1
    for run in runs:
        places = [*range(0, max(1, len(run) - 1), most - 1), len(run) - 1]
        if len(run) <= most:
            yield run
        else:
            yield from (run[a : b + 1] for a, b in pairwise(places))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
