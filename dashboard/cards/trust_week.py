"""An agent's trust over the last days, drawn small beside its band."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.display.sparkline import Region, SparkMark


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekEvent:
    """One thing that happened, in words: the text twin of a mark."""

    at: datetime
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustWeek:
    """Scores over `days` days with what happened to the agent.

    `scores` counts those that were kept, `summary` says what the drawing shows. Without `paths`
    there is no line, and the summary says why.
    """

    days: int
    start: datetime
    end: datetime
    scores: int
    summary: str
    paths: tuple[str, ...] = ()
    frozen: tuple[Region, ...] = ()
    marks: tuple[SparkMark, ...] = ()
    events: tuple[WeekEvent, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of marks that are drawn, for the legend."""
        return tuple(dict.fromkeys(mark.kind for mark in self.marks))
