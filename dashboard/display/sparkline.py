"""A small curve of scores over time: where its line, regions and marks are drawn, in percent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# The drawing of the line is stretched to the width of the page: both are its own units.
WIDTH, HEIGHT = 1000, 72
# Longer without a score is no line between two points but a gap.
GAP = timedelta(hours=24)
# Marks nearer to each other than this share of the width cover each other.
_APART = 2.5


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is drawn."""

    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        """Return the place of a time in percent of the width, inside the drawing."""
        share = (at - self.start) / (self.end - self.start)
        return round(100 * min(1.0, max(0.0, share)), 2)


@dataclass(frozen=True, slots=True)
class Scored:
    """A score in [0, 1] and when it was reached; None where too little was known."""

    at: datetime
    score: float | None


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of time in percent of the width."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class SparkMark:
    """Something that happened, or several of one kind so close that one mark stands for them."""

    kind: str
    x: float
    count: int = 1


def spark_paths(scores: Sequence[Scored], span: Span) -> tuple[str, ...]:
    """Return the line in SVG path data, one path for each stretch without a gap.

    A score holds until the next one, so the line is drawn in steps. A point alone is a short dash.

    Args:
        scores: oldest first.
        span: what is drawn.
    """
    paths: list[str] = []
    for stretch in _stretches(scores):
        (first, height), *rest = [(10 * span.x(at), _y(score)) for at, score in stretch]
        steps = "".join(f"H{x:.1f}V{y:.1f}" for x, y in rest)
        end = rest[-1][0] if rest else first
        last = min(WIDTH, end + 4.0)
        paths.append(f"M{first:.1f} {height:.1f}{steps}H{last:.1f}")
    return tuple(paths)


def regions(moments: Iterable[tuple[datetime, datetime]], span: Span) -> tuple[Region, ...]:
    """Return stretches of time as they are shaded, at least a hair wide; what lies outside is left
    out."""
    return tuple(
        Region(span.x(start), round(max(0.3, span.x(end) - span.x(start)), 2))
        for start, end in moments
        if start < span.end and end > span.start
    )


def spark_marks(happened: Iterable[tuple[str, datetime]], span: Span) -> tuple[SparkMark, ...]:
    """Return the marks within the span, those of one kind that would cover each other as one."""
    inside = sorted((kind, span.x(at)) for kind, at in happened if span.start <= at <= span.end)
    marks: list[SparkMark] = []
    for kind, x in inside:
        last = marks[-1] if marks else None
        if last is not None and last.kind == kind and x - last.x < _APART:
            marks[-1] = SparkMark(kind, last.x, last.count + 1)
        else:
            marks.append(SparkMark(kind, x))
    return tuple(sorted(marks, key=lambda mark: mark.x))


def hourly(scores: Iterable[Scored]) -> list[Scored]:
    """Return the last score of each hour, in order: more points than pixels say nothing."""
    ordered = sorted(scores, key=lambda scored: scored.at)
    by_hour = groupby(
        ordered, key=lambda scored: scored.at.replace(minute=0, second=0, microsecond=0)
    )
    return [list(hour)[-1] for _, hour in by_hour]


def _stretches(scores: Sequence[Scored]) -> list[list[tuple[datetime, float]]]:
    stretches: list[list[tuple[datetime, float]]] = []
    last: datetime | None = None
    for each in scores:
        if each.score is None:
            last = None
            continue
        if last is None or each.at - last > GAP:
            stretches.append([])
        stretches[-1].append((each.at, each.score))
        last = each.at
    return stretches


def _y(score: float) -> float:
    return round(HEIGHT * (1 - min(1.0, max(0.0, score))), 1)
