"""The nine metrics of the blast vector in words (docs/evidence.md, Blast radius), and their bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_POINTS = 104
# Points from which a level begins, without floors (docs/evidence.md, Blast radius).
THRESHOLDS = (("medium", 20), ("high", 38), ("critical", 58))

METRIC_NAMES = {
    "E": "Environment",
    "W": "Write effect",
    "R": "Reversibility",
    "D": "Data",
    "X": "External reach",
    "M": "Money at stake",
    "F": "Fan-out",
    "N": "Steps",
    "U": "Input",
}
MOST_OF_METRIC = {
    "E": 12, "W": 16, "R": 14, "D": 14, "X": 10, "M": 12, "F": 10, "N": 8, "U": 8,
}  # fmt: skip
VALUE_WORDS = {
    ("E", "S"): "Sandbox",
    ("E", "D"): "Development",
    ("E", "T"): "Staging",
    ("E", "P"): "Production",
    ("W", "N"): "Writes nothing",
    ("W", "A"): "Adds",
    ("W", "M"): "Modifies",
    ("W", "D"): "Deletes",
    ("W", "P"): "Changes permissions or guardrails",
    ("R", "A"): "Undoes itself or is idempotent",
    ("R", "E"): "Easy to undo within an hour",
    ("R", "H"): "Hard to undo",
    ("R", "I"): "Cannot be undone",
    ("D", "N"): "Public data",
    ("D", "I"): "Internal data",
    ("D", "C"): "Confidential data",
    ("D", "R"): "Restricted data: personal, secret or payment",
    ("X", "N"): "Stays inside the team",
    ("X", "I"): "Reaches another team",
    ("X", "P"): "Reaches a named partner or customer",
    ("X", "O"): "Reaches the open world",
    ("M", "N"): "No money",
    ("M", "L"): "At most 1\u00a0% of the monthly budget",
    ("M", "M"): "At most 10\u00a0% of the monthly budget",
    ("M", "H"): "Over 10\u00a0% of the monthly budget, or uncapped",
    ("F", "1"): "One agent",
    ("F", "2"): "2 to 3 agents",
    ("F", "3"): "4 to 10 agents",
    ("F", "4"): "More than 10 agents",
    ("N", "1"): "One step",
    ("N", "2"): "2 to 5 steps",
    ("N", "3"): "6 to 20 steps",
    ("N", "4"): "More than 20 steps",
    ("U", "T"): "Trusted input",
    ("U", "I"): "Input from an internal user",
    ("U", "E"): "Input from an external user",
    ("U", "U"): "Untrusted content as input",
}


def metric_name(metric: str) -> str:
    """Return the name of a metric by its letter; an unknown letter stands for itself."""
    return METRIC_NAMES.get(metric, metric)


def value_words(metric: str, code: str) -> str:
    """Return what a value of a metric means; an unknown code stands for itself."""
    return VALUE_WORDS.get((metric, code), f"{metric_name(metric)} {code}")


@dataclass(frozen=True, slots=True)
class BarPiece:
    """One piece of the blast bar; `x` and `width` in percent of the whole bar."""

    name: str
    x: float
    width: float


def blast_bar(points: Sequence[int], *, most: int = MOST_POINTS) -> tuple[BarPiece, ...]:
    """Return the pieces p1, p2, p3 (the three largest) and p4 (all others), left to right.

    Args:
        points: points of each metric, in any order, >= 0.
        most: points of a full bar.
    """
    ordered = sorted(points, reverse=True)
    sizes = [*ordered[:3], sum(ordered[3:])]
    pieces: list[BarPiece] = []
    start = 0
    for place, size in enumerate(sizes, start=1):
        if size:
            pieces.append(BarPiece(f"p{place}", 100 * start / most, 100 * size / most))
        start += size
    return tuple(pieces)
