"""How buckets of time are named, and what finished in them as stacked bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.display.durations import NBSP, day_time, wire_time
from dashboard.display.figures import share
from dashboard.display.zones import shown_now
from governance.domain.rollup import BucketSize

# Below this a share of them would pretend to be knowledge.
SHARE_FROM = 10
RESULTS = ("Succeeded", "Partial", "Failed", "Not counted")
# What is well is quiet; what is not has a pattern of its own besides its hue.
WELL: Mapping[str, Any] = {"color": "var(--line-strong)", "opacity": 0.5}
SO_SO: Mapping[str, Any] = {
    "color": "var(--medium-soft)",
    "pattern": {
        "shape": ".",
        "fgcolor": "var(--medium)",
        "bgcolor": "var(--medium-soft)",
        "size": 8,
    },
}
NOT_WELL: Mapping[str, Any] = {
    "color": "var(--bad-soft)",
    "pattern": {"shape": "/", "fgcolor": "var(--bad)", "bgcolor": "var(--bad-soft)", "size": 6},
}
_UNCOUNTED = {"color": "var(--sunken)", "line": {"color": "var(--line-strong)", "width": 1}}
_MARKERS = (WELL, SO_SO, NOT_WELL, _UNCOUNTED)
_MS = timedelta(milliseconds=1)
_UNITS = {
    BucketSize.FIVE_MINUTES: f"every 5{NBSP}min",
    BucketSize.HOUR: "by the hour",
    BucketSize.DAY: "by the day, UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultBar:
    """What finished in the bucket that begins at ``slot``: as many of each of `RESULTS`."""

    slot: datetime
    counts: tuple[int, int, int, int]


def bucket_words(size: BucketSize) -> str:
    """Return by how long a bucket a chart is drawn, in its words: `by the hour`."""
    return _UNITS[size]


def slot_text(slot: datetime, size: BucketSize) -> str:
    """Return the bucket that begins at ``slot`` as a person reads it; whole days are of UTC."""
    utc = slot.astimezone(UTC)
    return f"{utc.day}{NBSP}{utc:%b}" if size is BucketSize.DAY else day_time(utc)


def slot_label(size: BucketSize) -> str:
    """Return what a column of such buckets is called."""
    return "Day, UTC" if size is BucketSize.DAY else f"Begins, {shown_now().name}"


def time_axis(since: datetime, until: datetime, **own: Any) -> dict[str, Any]:
    """Return an axis of time over a period, marked by days or, nearer, by hours with their day."""
    day_ms = timedelta(days=1) // _MS
    return {
        "type": "date",
        "range": [wire_time(since), wire_time(until)],
        "showgrid": False,
        "nticks": 6,
        "tickangle": 0,
        "tickformatstops": [
            {"dtickrange": [None, day_ms - 1], "value": "%H:%M<br>%-d %b"},
            {"dtickrange": [day_ms, None], "value": "%-d %b"},
        ],
        **own,
    }


def middle(slot: datetime, size: BucketSize, *, now: datetime) -> datetime:
    """Return where the value of a bucket is drawn: in its middle, never to come."""
    return min(slot + size.length / 2, now)


def bar_trace(
    slots: Sequence[datetime],
    counts: Sequence[int],
    size: BucketSize,
    *,
    name: str,
    hovers: Sequence[str],
    part: float = 1.0,
    **own: Any,
) -> dict[str, Any]:
    """Return bars as wide as their buckets, or as this ``part`` of them, that begin at a slot."""
    width = round(part * (size.length // _MS))
    return {
        "type": "bar",
        "name": name,
        "x": [wire_time(slot) for slot in slots],
        "y": list(counts),
        "width": [width] * len(slots),
        "offset": 0,
        "hovertext": list(hovers),
        "hoverinfo": "text",
        **own,
    }


def result_traces(bars: Sequence[ResultBar], size: BucketSize, **own: Any) -> list[dict[str, Any]]:
    """Return a trace for each kind of result that there is, its hover with count, share and n."""
    slots = [bar.slot for bar in bars]
    drawn = []
    for place, name in enumerate(RESULTS):
        counts = [bar.counts[place] for bar in bars]
        if not any(counts):
            continue
        hovers = [
            f"{name}: {part_of(bar.counts[place], sum(bar.counts))}<br>{slot_text(bar.slot, size)}"
            for bar in bars
        ]
        drawn.append(
            bar_trace(slots, counts, size, name=name, hovers=hovers, marker=_MARKERS[place], **own)
        )
    return drawn


def part_of(part: int, whole: int) -> str:
    """Return a part beside its whole, with the share where the whole is large enough."""
    words = f"{part:,} of {whole:,}"
    return f"{words} ({share(part, whole)})" if whole >= SHARE_FROM else words
