"""The blast radius of a task."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.display.blast_words import MOST_OF_METRIC, MOST_POINTS, metric_name, value_words


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastPart:
    """One metric of the vector: its letter, its value's code, its points and where it came from.

    `source` is a few words: "tool registry", "declared", "API key", "nothing said: worst case".
    `meaning` is what the rule itself said of the value, with its numbers, where it said something.
    """

    metric: str
    code: str
    points: int
    source: str
    meaning: str = ""

    @property
    def name(self) -> str:
        """Return the metric's name."""
        return metric_name(self.metric)

    @property
    def words(self) -> str:
        """Return what the value means."""
        return self.meaning or value_words(self.metric, self.code)

    @property
    def most(self) -> int:
        """Return the most points this metric can have."""
        return MOST_OF_METRIC.get(self.metric, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastCard:
    """Level, points and all nine metrics; `because` names the floor or threshold that decided.

    `floor_note` says so once more, with the numbers, where the points alone would mean less.
    """

    level: str
    points: int
    because: str
    vector: str
    parts: tuple[BlastPart, ...]
    most: int = MOST_POINTS
    floor_note: str = ""

    @property
    def counts_points(self) -> bool:
        """Return whether `because` says the points itself, because they alone decided."""
        return self.because.startswith("with ")

    @property
    def largest(self) -> tuple[BlastPart, ...]:
        """Return the three parts with the most points; the vector's order settles ties."""
        return tuple(sorted(self.parts, key=lambda part: -part.points)[:3])

    @property
    def rest_count(self) -> int:
        """Return how many metrics are not among the three largest."""
        return len(self.parts) - len(self.largest)

    @property
    def rest_points(self) -> int:
        """Return the points of the metrics that are not among the three largest."""
        return sum(part.points for part in self.parts) - sum(part.points for part in self.largest)
