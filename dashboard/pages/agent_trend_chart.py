"""Trust of one agent, or of two, bucket by bucket: with its band, its parts and what finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dashboard.cards.chart import ChartCard
from dashboard.display.durations import NBSP
from dashboard.display.figures import score
from dashboard.display.plots import axis_title, count_axis, plot_layout, plot_text
from dashboard.display.trend_bars import (
    ResultBar,
    bar_trace,
    bucket_words,
    middle,
    result_traces,
    slot_text,
    time_axis,
)
from dashboard.display.trend_lines import TrendPoint, band_traces, known_runs, line_trace
from dashboard.pages.agent_trend_table import trend_table
from dashboard.pages.trend_line import TrendLine, counts_of
from governance.domain.rollup import BucketSize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from governance.models import AgentBucket

_HEIGHT_PX = 460
# How far apart two buckets with outcomes may lie for one line to join them.
APART = {
    BucketSize.FIVE_MINUTES: timedelta(hours=3),
    BucketSize.HOUR: timedelta(hours=24),
    BucketSize.DAY: timedelta(days=1),
}
_HOW = {
    BucketSize.FIVE_MINUTES: (f"5{NBSP}min", f"3{NBSP}h"),
    BucketSize.HOUR: ("an hour", f"24{NBSP}h"),
    BucketSize.DAY: ("a day", "a day"),
}
_COLORS = ("var(--series-1)", "var(--series-3)")
_BAND_OPACITY = 0.18
_DASHES = {"success": "dash", "budget": "dot", "consistency": "dashdot"}
_PART_COLORS = {
    "success": "var(--series-2)",
    "budget": "var(--series-3)",
    "consistency": "var(--series-4)",
}
_TRUST_TOP = 1.08
# Where marks stand, above every score.
MARKS_AT = 1.03


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendFrame:
    """What is drawn around the lines: the span, the levels of tiers, marks and freezes.

    ``levels`` are scores with what they are called, ``marks`` traces, ``freezes`` shapes.
    """

    since: datetime
    until: datetime
    now: datetime
    size: BucketSize
    levels: Sequence[tuple[float, str]]
    marks: Sequence[Mapping[str, Any]] = ()
    freezes: Sequence[Mapping[str, Any]] = ()


def trend_chart(
    lines: Sequence[TrendLine], components: Sequence[str], frame: TrendFrame, *, summary: str
) -> ChartCard:
    """Return the chart of one agent, or of two, on one axis of time.

    Args:
        lines: the agent, and whom it is compared with.
        components: parts of trust that are drawn as lines of their own.
        frame: what is drawn around them.
        summary: what the drawing shows, in sentences.
    """
    is_drawn = any(line.buckets for line in lines) or frame.marks or frame.freezes
    return ChartCard(
        key="trust",
        title=f"Trust, and what finished, {bucket_words(frame.size)}",
        summary=f"{summary} {_how(lines, frame.size)}" if is_drawn else summary,
        figure=_figure(lines, components, frame) if is_drawn else None,
        table=trend_table(lines, frame.size),
        zooms=True,
    )


def _how(lines: Sequence[TrendLine], size: BucketSize) -> str:
    bucket, apart = _HOW[size]
    return (
        f"A point is what stood after the last outcome of {bucket}{_band(lines)}. A line breaks"
        f" where nothing finished for more than {apart}."
    )


def _band(lines: Sequence[TrendLine]) -> str:
    """Say what the area is; history that was loaded has scores without one."""
    has = {bucket.trust_low is not None for line in lines for bucket, _ in line.scores}
    if True not in has:
        return ""
    where = " where one is known" if False in has else ""
    return f", the area its 10 to 90{NBSP}% band{where}"


def _figure(
    lines: Sequence[TrendLine], components: Sequence[str], frame: TrendFrame
) -> dict[str, Any]:
    data: list[Any] = []
    for number, line in enumerate(lines):
        data += _trust_traces(line, number, components, frame, is_alone=len(lines) == 1)
    data += frame.marks
    data += _volume(lines, frame.size)
    levels = [level for level, _ in frame.levels]
    return {
        "data": [trace for trace in data if trace["x"]],
        "layout": plot_layout(
            height_px=_HEIGHT_PX,
            barmode="stack" if len(lines) == 1 else "overlay",
            xaxis=time_axis(frame.since, frame.until, anchor="y2"),
            yaxis={
                "domain": [0.3, 1],
                "range": [0, _TRUST_TOP],
                **_ticks(frame.levels),
                "fixedrange": True,
                "showgrid": False,
                "title": axis_title("Trust"),
            },
            yaxis2=count_axis(
                max((bucket.outcomes for line in lines for bucket in line.buckets), default=0),
                "Outcomes",
                domain=[0, 0.22],
                nticks=3,
                fixedrange=True,
            ),
            showlegend=True,
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            shapes=[*frame.freezes, *(_level(each) for each in levels)],
        ),
    }


def _trust_traces(
    line: TrendLine, number: int, components: Sequence[str], frame: TrendFrame, *, is_alone: bool
) -> list[dict[str, Any]]:
    name, color = plot_text(line.name), _COLORS[number]
    whose = "" if is_alone else f"{name}: "
    points = [_point(line, place, frame) for place in range(len(line.buckets))]
    apart = APART[frame.size]
    traces = band_traces(
        points, apart, name=f"{whose}10 to 90{NBSP}%", color=color, opacity=_BAND_OPACITY
    )
    traces += [
        line_trace(
            known_runs(_part(line, part, frame), apart),
            name=f"{whose}{part.capitalize()}",
            line={
                "color": _PART_COLORS[part] if is_alone else color,
                "width": 1.5,
                "dash": _DASHES[part],
            },
        )
        for part in components
    ]
    traces.append(
        line_trace(
            known_runs(points, apart),
            name=f"{whose}Trust" if is_alone else name,
            line={"color": color, "width": 2.5, "dash": "longdash" if number else "solid"},
        )
    )
    return traces


def _point(line: TrendLine, place: int, frame: TrendFrame) -> TrendPoint:
    bucket, trust = line.buckets[place], line.trust(place)
    return TrendPoint(
        slot=bucket.starts_at,
        at=middle(bucket.starts_at, frame.size, now=frame.now),
        value=trust,
        low=None if trust is None else bucket.trust_low,
        high=None if trust is None else bucket.trust_high,
        hover="" if trust is None else _hover(line.name, bucket, trust, frame.size),
    )


def _hover(name: str, bucket: AgentBucket, trust: float, size: BucketSize) -> str:
    band = (
        f", 10 to 90{NBSP}%: {score(bucket.trust_low)} to {score(bucket.trust_high)}"
        if bucket.trust_low is not None and bucket.trust_high is not None
        else ""
    )
    return (
        f"{plot_text(name)}<br>Trust {score(trust)}{band}<br>{slot_text(bucket.starts_at, size)},"
        f" n{NBSP}={NBSP}{bucket.outcomes:,}, {bucket.failures:,} failed"
    )


def _part(line: TrendLine, part: str, frame: TrendFrame) -> list[TrendPoint]:
    found = []
    for place, bucket in enumerate(line.buckets):
        value = getattr(bucket, f"{part}_score") if place >= line.shown_from else None
        found.append(
            TrendPoint(
                slot=bucket.starts_at,
                at=middle(bucket.starts_at, frame.size, now=frame.now),
                value=value,
                hover=""
                if value is None
                else f"{plot_text(line.name)}<br>{part.capitalize()} {score(value)}"
                f"<br>{slot_text(bucket.starts_at, frame.size)}",
            )
        )
    return found


def _volume(lines: Sequence[TrendLine], size: BucketSize) -> list[dict[str, Any]]:
    """Return what finished: by result of one agent, all of it where two stand side by side."""
    if len(lines) == 1:
        bars = [ResultBar(slot=each.starts_at, counts=counts_of(each)) for each in lines[0].buckets]
        return result_traces(bars, size, yaxis="y2")
    half = size.length / 2
    return [
        bar_trace(
            [bucket.starts_at + number * half for bucket in line.buckets],
            [bucket.outcomes for bucket in line.buckets],
            size,
            name=f"{plot_text(line.name)}: outcomes",
            hovers=[
                f"{plot_text(line.name)}<br>{bucket.outcomes:,} outcomes, {bucket.failures:,}"
                f" failed<br>{slot_text(bucket.starts_at, size)}"
                for bucket in line.buckets
            ],
            marker={"color": color, "pattern": {"shape": "/" if number else ""}},
            yaxis="y2",
            showlegend=False,
            part=0.5,
        )
        for number, (line, color) in enumerate(zip(lines, _COLORS, strict=False))
    ]


def _level(at: float) -> dict[str, Any]:
    line = {"color": "var(--line-strong)", "width": 1, "dash": "dot"}
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at,
        "layer": "below", "line": line,
    }  # fmt: skip


def _ticks(levels: Sequence[tuple[float, str]]) -> dict[str, Any]:
    """Return the marks of the axis of scores: its ends, and the levels by their names."""
    named = sorted([(0.0, ""), (1.0, ""), *levels])
    return {
        "tickvals": [at for at, _ in named],
        "ticktext": [f"{name}<br>{at:.2f}" if name else f"{at:.2f}" for at, name in named],
    }
