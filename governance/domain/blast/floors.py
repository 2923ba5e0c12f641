"""Floors: combinations that raise a level whatever the points say.

Source: docs/evidence.md, Blast radius; the
trifecta of private data, untrusted input and an open channel after
S. Willison (2025) and Meta's "rule of two" (2025).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from governance.domain.blast.scale import BlastMetric as M
from governance.domain.phrases import list_words
from governance.domain.types import BlastLevel

Vector = Mapping[M, str]


@dataclass(frozen=True, slots=True)
class Floor:
    """A level that a combination cannot fall below.

    ``says`` returns what the combination is, as the end of "because ...", or None where it does
    not hold; ``metrics`` are those it speaks of. ``says_unstated`` takes the place of the words
    where nothing states these metrics, so that they count as worst.
    """

    level: BlastLevel
    metrics: tuple[M, ...]
    says: Callable[[Vector], str | None]
    says_unstated: str = ""


def floors_fired(vector: Vector, *, unstated: Collection[M] = ()) -> tuple[tuple[Floor, str], ...]:
    """Return every floor that holds for a full vector with its words, strictest first.

    ``unstated`` are the metrics that count as worst because nothing states them.
    """
    return tuple(
        (floor, _words(floor, words, unstated))
        for floor in FLOORS
        if (words := floor.says(vector)) is not None
    )


def _words(floor: Floor, words: str, unstated: Collection[M]) -> str:
    is_unstated = all(metric in unstated for metric in floor.metrics)
    return floor.says_unstated if is_unstated and floor.says_unstated else words


def _irreversible(vector: Vector) -> str | None:
    if vector[M.ENVIRONMENT] != "P" or vector[M.REVERSIBILITY] != "I":
        return None
    if vector[M.WRITE] not in "MDP":
        return None
    aggravations = [
        words
        for metric, letters, words in (
            (M.DATA, "R", "touches restricted data"),
            (M.REACH, "PO", "leaves the house"),
            (M.MONEY, "MH", "moves much money"),
            (M.FAN_OUT, "34", "fans out to 4 or more agents"),
        )
        if vector[metric] in letters
    ]
    if not aggravations:
        return None
    return "an irreversible production change " + list_words(aggravations)


def _guardrails(vector: Vector) -> str | None:
    holds = vector[M.WRITE] == "P" and vector[M.ENVIRONMENT] == "P"
    return "permissions or guardrails change in production" if holds else None


def _trifecta(vector: Vector) -> str | None:
    holds = vector[M.DATA] in "CR" and vector[M.INPUT] in "EU" and vector[M.REACH] == "O"
    return "private data, outside input and an open channel meet" if holds else None


def _hard_to_undo(vector: Vector) -> str | None:
    if vector[M.ENVIRONMENT] != "P" or vector[M.WRITE] == "N":
        return None
    words = {"H": "it is hard to undo in production", "I": "it cannot be undone in production"}
    return words.get(vector[M.REVERSIBILITY])


def _leak(vector: Vector) -> str | None:
    holds = vector[M.DATA] == "R" and vector[M.REACH] in "PO"
    return "restricted data leaves the house" if holds else None


def _money(vector: Vector) -> str | None:
    return "much money is at stake" if vector[M.MONEY] == "H" else None


def _swarm(vector: Vector) -> str | None:
    holds = vector[M.FAN_OUT] == "4" and vector[M.WRITE] != "N"
    return "more than 10 agents act with side effects" if holds else None


def _production_write(vector: Vector) -> str | None:
    holds = vector[M.WRITE] != "N" and vector[M.ENVIRONMENT] == "P"
    return "it writes to production" if holds else None


def _private(vector: Vector) -> str | None:
    words = {"C": "it touches confidential data", "R": "it touches restricted data"}
    return words.get(vector[M.DATA])


def _group(vector: Vector) -> str | None:
    return "4 or more agents take part" if vector[M.FAN_OUT] in "34" else None


FLOORS: tuple[Floor, ...] = (
    Floor(
        BlastLevel.CRITICAL,
        (M.ENVIRONMENT, M.REVERSIBILITY, M.WRITE, M.DATA, M.REACH, M.MONEY, M.FAN_OUT),
        _irreversible,
    ),
    Floor(BlastLevel.CRITICAL, (M.ENVIRONMENT, M.WRITE), _guardrails),
    Floor(BlastLevel.CRITICAL, (M.DATA, M.INPUT, M.REACH), _trifecta),
    Floor(BlastLevel.HIGH, (M.ENVIRONMENT, M.WRITE, M.REVERSIBILITY), _hard_to_undo),
    Floor(BlastLevel.HIGH, (M.DATA, M.REACH), _leak),
    Floor(BlastLevel.HIGH, (M.MONEY,), _money, "spending has no cap"),
    Floor(BlastLevel.HIGH, (M.FAN_OUT, M.WRITE), _swarm),
    Floor(BlastLevel.MEDIUM, (M.ENVIRONMENT, M.WRITE), _production_write),
    Floor(BlastLevel.MEDIUM, (M.DATA,), _private),
    Floor(BlastLevel.MEDIUM, (M.FAN_OUT,), _group),
)
