"""A chart of trust with marks and a freeze on it, as the pages of trends draw theirs."""

from __future__ import annotations

from datetime import timedelta

from dashboard.cards.chart import Cell, ChartCard, ChartTable, Column
from dashboard.display.durations import wire_time
from dashboard.display.mark_traces import freeze_shapes, mark_traces
from dashboard.display.plots import plot_layout
from dashboard.pages.trend_marks import FreezeSpan, MarkKind, TrendMark
from tests.dashboard.sample_cards import NOW

START = NOW - timedelta(days=7)
KINDS = list(MarkKind)
# Three days on which nothing happens, then 40 marks within a day and a half, all kinds in turn.
MARKS = [
    TrendMark(
        kind=KINDS[place % len(KINDS)],
        at=START + timedelta(days=3, minutes=50 * place),
        sentence=f"Ticket #{place + 1}: denied by Rita Okafor: “Not this order.”",
        url=f"/f/payments-prod/events/{place + 1}/",
    )
    for place in range(40)
]
FREEZE = FreezeSpan(
    START + timedelta(days=1), START + timedelta(days=2), "Frozen: 6 of its last 9 tasks failed."
)


def marked_chart(marks: list[TrendMark]) -> ChartCard:
    """Return the chart with these marks."""
    hours = [START + timedelta(hours=hour) for hour in range(0, 7 * 24, 6)]
    return ChartCard(
        key="trust",
        title="Trust",
        summary="From 0.92 to 0.84 in the last 7 days.",
        figure={
            "data": [
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": "Trust",
                    "x": [wire_time(hour) for hour in hours],
                    "y": [0.92 - 0.08 * place / len(hours) for place in range(len(hours))],
                    "line": {"color": "var(--series-1)", "shape": "hv"},
                    "hoverinfo": "skip",
                },
                *mark_traces(marks, 0.05),
            ],
            "layout": plot_layout(
                height_px=280,
                showlegend=True,
                legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
                shapes=freeze_shapes([FREEZE], NOW),
                xaxis={"type": "date", "range": [wire_time(START), wire_time(NOW)]},
                yaxis={"range": [0, 1]},
            ),
        },
        table=ChartTable(
            columns=(Column(label="Hour"), Column(label="Trust", is_number=True)),
            rows=((Cell("22 Nov 12:00"), Cell("0.84")),),
        ),
        zooms=True,
    )


MARKED = marked_chart(MARKS)
EARLIER = marked_chart(MARKS[:-1])
