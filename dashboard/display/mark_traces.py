"""Marks and freezes as parts of a Plotly figure: markers in a line, and shaded regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.display.durations import NBSP, day_time, wire_time
from dashboard.display.mark_kinds import MARK_LABELS, MarkKind
from dashboard.display.plots import plot_text
from dashboard.display.zones import shown_now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dashboard.pages.trend_marks import FreezeSpan, TrendMark

# Says to the script that draws which traces hold marks, so that it may cluster them.
MARKS_META = "marks"
_SIZE_PX = 11
# A sentence longer than this does not fit beside a pointer.
_HOVER_MOST = 160
_LOOKS: Mapping[MarkKind, tuple[str, str]] = {
    MarkKind.TRIP: ("square", "var(--frozen)"),
    MarkKind.DRIFT: ("triangle-down", "var(--medium)"),
    MarkKind.DECISION: ("circle", "var(--ink-3)"),
    MarkKind.POLICY: ("diamond", "var(--accent)"),
    MarkKind.INCIDENT: ("x", "var(--critical)"),
}


def mark_traces(marks: Sequence[TrendMark], y: float) -> list[dict[str, Any]]:
    """Return one trace of markers for each kind there is; a click on one leads to its event.

    Kinds differ by shape and by hue.

    Args:
        marks: oldest first.
        y: where on the vertical axis they stand.
    """
    traces = []
    for kind, (symbol, colour) in _LOOKS.items():
        its = [mark for mark in marks if mark.kind is kind]
        if not its:
            continue
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "meta": MARKS_META,
                "name": MARK_LABELS[kind],
                "x": [wire_time(mark.at) for mark in its],
                "y": [y] * len(its),
                "marker": {
                    "symbol": symbol,
                    "size": _SIZE_PX,
                    "color": colour,
                    "line": {"width": 1, "color": "var(--surface)"},
                },
                "hovertext": [_hover(mark) for mark in its],
                "hoverinfo": "text",
                "customdata": [mark.url for mark in its],
                "cliponaxis": False,
            }
        )
    return traces


def freeze_shapes(spans: Sequence[FreezeSpan], now: datetime) -> list[dict[str, Any]]:
    """Return a region behind the lines for each freeze; one that goes on ends ``now``."""
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": wire_time(span.since),
            "x1": wire_time(span.until or now),
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "fillcolor": "var(--frozen-soft)",
            "line": {"width": 1, "color": "var(--frozen)"},
        }
        for span in spans
    ]


def _hover(mark: TrendMark) -> str:
    said = plot_text(mark.sentence, limit=_HOVER_MOST, keep=NBSP)
    return f"{day_time(mark.at)} {shown_now().name}<br>{_wrapped(said)}"


def _wrapped(text: str, width: int = 60) -> str:
    """Return the text in lines of about this many characters; Plotly breaks none by itself."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "<br>".join(lines)
