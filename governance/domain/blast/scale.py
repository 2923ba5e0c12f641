"""The nine metrics of the blast vector ABR:1, their values and points.

Source: docs/evidence.md, Blast radius (own choice,
checked on 30 archetype tasks; compare CVSS v4.0 for the form).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from governance.domain.types import Environment

VECTOR_VERSION = "ABR:1"


class BlastMetric(StrEnum):
    """One aspect of the damage a task can do, by its letter in the vector."""

    ENVIRONMENT = "E"
    WRITE = "W"
    REVERSIBILITY = "R"
    DATA = "D"
    REACH = "X"
    MONEY = "M"
    FAN_OUT = "F"
    STEPS = "N"
    INPUT = "U"


@dataclass(frozen=True, slots=True)
class Step:
    """One value of a metric: its letter, its points and what it says of a task."""

    letter: str
    points: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name, the request field that states it, its values mildest first."""

    name: str
    field: str
    steps: tuple[Step, ...]

    @property
    def worst(self) -> str:
        """Return the letter of the most dangerous value."""
        return self.steps[-1].letter


class BlastValueError(ValueError):
    """A metric or value that the vector does not have."""

    def __init__(self, field: str, value: str, allowed: str) -> None:
        """Name the field, the value and what is allowed."""
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"{field} must be {allowed}, got {value}")


SCALE: Mapping[BlastMetric, Metric] = {
    BlastMetric.ENVIRONMENT: Metric(
        "environment",
        "environment",
        (
            Step("S", 0, "sandbox"),
            Step("D", 3, "development"),
            Step("T", 6, "staging"),
            Step("P", 12, "production"),
        ),
    ),
    BlastMetric.WRITE: Metric(
        "write effect",
        "blast.W",
        (
            Step("N", 0, "changes nothing"),
            Step("A", 4, "adds"),
            Step("M", 8, "changes what is there"),
            Step("D", 14, "deletes"),
            Step("P", 16, "changes permissions or guardrails"),
        ),
    ),
    BlastMetric.REVERSIBILITY: Metric(
        "reversibility",
        "blast.R",
        (
            Step("A", 0, "undone by itself"),
            Step("E", 3, "easy to undo"),
            Step("H", 8, "hard to undo"),
            Step("I", 14, "cannot be undone"),
        ),
    ),
    BlastMetric.DATA: Metric(
        "data",
        "blast.D",
        (
            Step("N", 0, "public data"),
            Step("I", 3, "internal data"),
            Step("C", 8, "confidential data"),
            Step("R", 14, "restricted data"),
        ),
    ),
    BlastMetric.REACH: Metric(
        "reach",
        "blast.X",
        (
            Step("N", 0, "stays inside"),
            Step("I", 3, "reaches another team"),
            Step("P", 7, "reaches a partner or customer"),
            Step("O", 10, "reaches the open world"),
        ),
    ),
    BlastMetric.MONEY: Metric(
        "money",
        "budget_usd",
        (
            Step("N", 0, "no money"),
            Step("L", 3, "little money"),
            Step("M", 8, "some money"),
            Step("H", 12, "much money or no cap"),
        ),
    ),
    BlastMetric.FAN_OUT: Metric(
        "fan-out",
        "plan.agents",
        (
            Step("1", 0, "1 agent"),
            Step("2", 3, "2 to 3 agents"),
            Step("3", 6, "4 to 10 agents"),
            Step("4", 10, "more than 10 agents"),
        ),
    ),
    BlastMetric.STEPS: Metric(
        "steps",
        "plan.steps",
        (
            Step("1", 0, "1 step"),
            Step("2", 2, "2 to 5 steps"),
            Step("3", 5, "6 to 20 steps"),
            Step("4", 8, "more than 20 steps"),
        ),
    ),
    BlastMetric.INPUT: Metric(
        "input",
        "blast.U",
        (
            Step("T", 0, "trusted input"),
            Step("I", 2, "input of an internal user"),
            Step("E", 5, "input of an external user"),
            Step("U", 8, "untrusted content as input"),
        ),
    ),
}

POINTS_MAX = sum(metric.steps[-1].points for metric in SCALE.values())
ENVIRONMENT_LETTER: Mapping[Environment, str] = {
    Environment.SANDBOX: "S",
    Environment.DEVELOPMENT: "D",
    Environment.STAGING: "T",
    Environment.PRODUCTION: "P",
}
_PLACE: Mapping[BlastMetric, Mapping[str, int]] = {
    metric: {step.letter: place for place, step in enumerate(described.steps)}
    for metric, described in SCALE.items()
}


def blast_place(metric: BlastMetric, letter: str) -> int:
    """Return the place of a value on its metric's scale, 0 for the mildest.

    Raises:
        BlastValueError: if the metric has no such value.
    """
    place = _PLACE[metric].get(letter)
    if place is None:
        raise BlastValueError(SCALE[metric].field, letter, "one of " + ", ".join(_PLACE[metric]))
    return place


def blast_step(metric: BlastMetric, letter: str) -> Step:
    """Return letter, points and meaning of one value; raises as `blast_place`."""
    return SCALE[metric].steps[blast_place(metric, letter)]


def vector_text(vector: Mapping[BlastMetric, str]) -> str:
    """Return ``ABR:1/E:P/W:M/...`` for a vector that has all nine metrics."""
    parts = [f"{metric.value}:{vector[metric]}" for metric in BlastMetric]
    return "/".join([VECTOR_VERSION, *parts])


def vector_parse(text: str) -> dict[BlastMetric, str]:
    """Return the vector that `vector_text` wrote.

    Raises:
        BlastValueError: on another version, an unknown metric or value, or a missing metric.
    """
    version, *parts = text.split("/")
    if version != VECTOR_VERSION:
        raise BlastValueError("vector", version, VECTOR_VERSION)
    letters = dict(part.partition(":")[::2] for part in parts)
    wanted = [metric.value for metric in BlastMetric]
    if sorted(letters) != sorted(wanted) or len(parts) != len(wanted):
        raise BlastValueError("vector", text, "the nine metrics " + ", ".join(wanted))
    vector = {metric: letters[metric.value] for metric in BlastMetric}
    for metric, letter in vector.items():
        blast_place(metric, letter)
    return vector
