"""What became of tickets hour by hour or day by day, as bars and as a table."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from dashboard.cards.chart import Cell, ChartCard, ChartTable, Column
from dashboard.display.durations import NBSP, duration_text, wire_time
from dashboard.display.plots import count_axis, plot_layout
from dashboard.display.zones import as_shown, midnight
from governance.domain.phrases import list_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dashboard.forms.period import Period
    from escalations.selectors.service_level import ServiceLevel

_HEIGHT_PX = 240
_PARTS = (
    ("Answered", "answered", {"color": "var(--series-1)"}),
    ("Withdrawn or replaced", "withdrawn", {"color": "var(--ink-3)", "pattern": {"shape": "."}}),
    ("Expired unanswered", "expired", {"color": "var(--series-2)", "pattern": {"shape": "/"}}),
)
_COLUMNS = (
    *(Column(label=name, is_number=True) for name in ("Ended", "Answered", "Expired")),
    *(Column(label=name, is_number=True) for name in ("Withdrawn", "Escalated")),
    Column(label="Median", is_number=True, key="median_s"),
    Column(label=f"90{NBSP}%", is_number=True, key="p90_s"),
)


def service_chart(levels: Mapping[datetime, ServiceLevel], period: Period) -> ChartCard:
    """Return the bars of a period, the spans in which nothing ended left empty."""
    spans = spans_of(period)
    if spans[-1] == period.until and spans[-1] not in levels:
        # The period ends where a span begins: only its first instant belongs to it.
        spans.pop()
    ended = sum(level.ended for level in levels.values())
    return ChartCard(
        key="ended",
        title=f"What became of tickets, by the {period.width}",
        summary=(
            f"{ended:,} ended. The bar of a {period.width} is what ended within it"
            f"{_cut(spans, period)}."
            if ended
            else f"0 ended in this period: the bar of each {period.width} stands at 0."
        ),
        figure=_figure(levels, spans, period),
        table=ChartTable(
            columns=(
                Column(label=period.width.capitalize(), key="starts_at"),
                *_COLUMNS,
            ),
            rows=tuple(
                _row(span, level, period)
                for span in reversed(spans)
                if (level := levels.get(span)) is not None
            ),
        ),
    )


def spans_of(period: Period) -> list[datetime]:
    """Return the beginnings of all hours or days that the period touches, oldest first."""
    spans = []
    span = _first(period)
    while span <= period.until:
        spans.append(span)
        span = _next(span, period)
    return spans


def _first(period: Period) -> datetime:
    if period.width == "day":
        return midnight(period.since)
    return period.since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _next(span: datetime, period: Period) -> datetime:
    return midnight(span, days=1) if period.width == "day" else span + timedelta(hours=1)


def _cut(spans: Sequence[datetime], period: Period) -> str:
    """Return which bars count a part of their span alone, as the end of a sentence."""
    cut = [
        *(["the first"] if spans[0] < period.since else []),
        *(["the last"] if period.until < _next(spans[-1], period) else []),
    ]
    return f"; of {list_words(cut)} only the part within the period counts" if cut else ""


def _figure(
    levels: Mapping[datetime, ServiceLevel], spans: Sequence[datetime], period: Period
) -> dict[str, Any]:
    data = []
    for name, part, marker in _PARTS:
        counts = [getattr(levels[span], part) if span in levels else 0 for span in spans]
        data.append(
            {
                "type": "bar",
                "name": name,
                "x": [wire_time(span) for span in spans],
                "y": counts,
                "marker": marker,
                "hovertext": [
                    f"{name}: {count:,}<br>{_span_text(span, period)}"
                    for span, count in zip(spans, counts, strict=True)
                ],
                "hoverinfo": "text",
            }
        )
    return {
        "data": data,
        "layout": plot_layout(
            height_px=_HEIGHT_PX,
            barmode="stack",
            bargap=0.15,
            xaxis={
                "type": "date",
                "showgrid": False,
                "nticks": 6,
                "tickformat": "%-d %b %H:%M" if period.width == "hour" else "%-d %b",
            },
            yaxis=count_axis(
                max((level.ended for level in levels.values()), default=0),
                "Tickets",
                nticks=5,
            ),
            legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        ),
    }


def _row(span: datetime, level: ServiceLevel, period: Period) -> tuple[Cell, ...]:
    counts = (level.ended, level.answered, level.expired, level.withdrawn, level.escalated)
    return (
        Cell(_span_text(span, period), wire_time(span)),
        *(Cell(f"{count:,}", str(count)) for count in counts),
        _seconds(level.median_s),
        _seconds(level.p90_s),
    )


def _seconds(seconds: float | None) -> Cell:
    return Cell("–") if seconds is None else Cell(duration_text(seconds), f"{seconds:.1f}")


def _span_text(span: datetime, period: Period) -> str:
    shown = as_shown(span)
    day = f"{shown.day}{NBSP}{shown:%b}"
    return f"{day} {shown:%H:%M}" if period.width == "hour" else day
