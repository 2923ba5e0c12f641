"""The blast radius of a task: points, floors, level, and why in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from governance.domain.asked_again import latest_kept
from governance.domain.blast.floors import Floor, floors_fired
from governance.domain.blast.scale import (
    POINTS_MAX,
    SCALE,
    BlastMetric,
    blast_step,
    vector_text,
)
from governance.domain.blast.sources import BlastSource, Claim, MissingSource, worst_claims
from governance.domain.blast.words import weak_sentence, weak_sign
from governance.domain.facts import MoneyFacts, TaskFacts
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel
from governance.domain.value_object import ValueObject

_NEXT_PARTS = 2


class BlastPart(ValueObject, frozen=True, kw_only=True):
    """One metric's share of the score, with its value in words and where that came from."""

    metric: BlastMetric
    name: str
    value: str
    meaning: str
    points: int
    points_max: int
    source: BlastSource


class BlastResult(ValueObject, frozen=True, kw_only=True):
    """Level, score, vector, the nine parts by weight, and why.

    ``points`` are out of 104. ``floors`` are the sentences of every floor that fired, strictest
    first. ``missing`` names the metrics that count as worst because nothing states them.
    """

    level: BlastLevel
    points: int
    vector: str
    parts: tuple[BlastPart, ...]
    floors: tuple[str, ...]
    headline: str
    missing: tuple[MissingSource, ...]


@latest_kept
def blast_score(task: TaskFacts, money: MoneyFacts, policy: BlastPolicy) -> BlastResult:
    """Return how dangerous the task is.

    Each metric takes the worst value that any source gives, so a declaration can only raise what
    the registry or an observation says. A metric without a source counts as worst. Where nobody
    but the caller describes the tool, what the task is called can raise the level, to HIGH at most.

    Raises:
        BlastValueError: if a declared, registered or past value is not on its metric's scale.

    Source: docs/evidence.md, Blast radius; additive points with
    floors instead of a product, after the
    action priority tables of AIAG-VDA FMEA (2019).
    """
    claims, missing = worst_claims(task, money, policy)
    vector = {metric: claim.letter for metric, claim in claims.items()}
    parts = tuple(sorted((_part(claims[metric]) for metric in BlastMetric), key=_weight))
    points = sum(part.points for part in parts)
    fired = floors_fired(vector, unstated=[gap.metric for gap in missing])
    level = _level(points, fired, policy)
    headline = _headline(level, points, parts, fired, missing)
    weak = weak_sign(task)
    if weak is not None and weak.level.rank > level.rank:
        # Last, so that a word decides only where everything that is known says less.
        level, headline = weak.level, f"{weak_sentence(weak)} {headline}"
    return BlastResult(
        level=level,
        points=points,
        vector=vector_text(vector),
        parts=parts,
        floors=tuple(_sentence(floor.level, words) for floor, words in fired),
        headline=headline,
        missing=missing,
    )


def blast_level(vector: Mapping[BlastMetric, str], policy: BlastPolicy) -> BlastLevel:
    """Return the level of a full vector: its points, raised by the floors.

    Raises:
        BlastValueError: if a value is not on its metric's scale.
    """
    points = sum(blast_step(metric, vector[metric]).points for metric in BlastMetric)
    return _level(points, floors_fired(vector), policy)


def level_of_points(points: int, policy: BlastPolicy) -> BlastLevel:
    """Return the level that the points alone mean, without floors."""
    if points >= policy.critical_from:
        return BlastLevel.CRITICAL
    if points >= policy.high_from:
        return BlastLevel.HIGH
    return BlastLevel.MEDIUM if points >= policy.medium_from else BlastLevel.LOW


def _part(claim: Claim) -> BlastPart:
    described = SCALE[claim.metric]
    step = blast_step(claim.metric, claim.letter)
    return BlastPart(
        metric=claim.metric,
        name=described.name,
        value=claim.letter,
        meaning=claim.words or step.meaning,
        points=step.points,
        points_max=described.steps[-1].points,
        source=claim.source,
    )


def _weight(part: BlastPart) -> int:
    # sorted() is stable, so equal parts keep the order of the vector.
    return -part.points


def _level(points: int, fired: Sequence[tuple[Floor, str]], policy: BlastPolicy) -> BlastLevel:
    by_points = level_of_points(points, policy)
    by_floor = fired[0][0].level if fired else BlastLevel.LOW
    return max(by_points, by_floor, key=lambda level: level.rank)


def _headline(
    level: BlastLevel,
    points: int,
    parts: Sequence[BlastPart],
    fired: Sequence[tuple[Floor, str]],
    missing: Sequence[MissingSource],
) -> str:
    scored = [part for part in parts if part.points > 0]
    if fired and fired[0][0].level is level:
        floor, words = fired[0]
        others = [part for part in scored if part.metric not in floor.metrics]
        sentence = f"{level.value.capitalize()} because {words}"
        sentence += _listed("; next highest: ", others[:_NEXT_PARTS])
    else:
        sentence = f"{level.value.capitalize()}: {points} of {POINTS_MAX} points"
        sentence += _listed(": ", scored[: _NEXT_PARTS + 1])
    unknown = ", ".join(SCALE[gap.metric].name for gap in missing)
    return f"{sentence}. Not stated, so worst: {unknown}." if unknown else f"{sentence}."


def _listed(lead: str, parts: Sequence[BlastPart]) -> str:
    known = [part for part in parts if part.source is not BlastSource.UNKNOWN]
    return lead + ", ".join(part.meaning for part in known) if known else ""


def _sentence(level: BlastLevel, words: str) -> str:
    return f"At least {level.value.capitalize()}: {words}."
