from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.blast import SCALE, BlastMetric, blast_level, vector_parse
from governance.domain.blast.floors import floors_fired
from governance.domain.policy.blast import BlastPolicy
from governance.domain.types import BlastLevel

MILD = "ABR:1/E:S/W:N/R:A/D:N/X:N/M:N/F:1/N:1/U:T"
VECTORS = st.fixed_dictionaries(
    {
        metric: st.sampled_from([step.letter for step in described.steps])
        for metric, described in SCALE.items()
    }
)


def _with(changes: str) -> dict[BlastMetric, str]:
    """The mildest vector, changed as in ``E:P/W:M``."""
    changed = dict(part.split(":") for part in changes.split("/"))
    return {**vector_parse(MILD), **{BlastMetric(key): value for key, value in changed.items()}}


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        (
            "E:P/W:D/R:I/D:R",
            BlastLevel.CRITICAL,
            "an irreversible production change touches restricted data",
        ),
        (
            "E:P/W:M/R:I/X:P",
            BlastLevel.CRITICAL,
            "an irreversible production change leaves the house",
        ),
        (
            "E:P/W:M/R:I/M:M",
            BlastLevel.CRITICAL,
            "an irreversible production change moves much money",
        ),
        (
            "E:P/W:M/R:I/F:3/D:R/X:O",
            BlastLevel.CRITICAL,
            "an irreversible production change touches restricted data, leaves the house and"
            " fans out to 4 or more agents",
        ),
        ("E:P/W:P", BlastLevel.CRITICAL, "permissions or guardrails change in production"),
        (
            "D:C/X:O/U:E",
            BlastLevel.CRITICAL,
            "private data, outside input and an open channel meet",
        ),
        ("E:P/W:A/R:H", BlastLevel.HIGH, "it is hard to undo in production"),
        ("E:P/W:M/R:I", BlastLevel.HIGH, "it cannot be undone in production"),
        ("D:R/X:P", BlastLevel.HIGH, "restricted data leaves the house"),
        ("M:H", BlastLevel.HIGH, "much money is at stake"),
        ("F:4/W:A", BlastLevel.HIGH, "more than 10 agents act with side effects"),
        ("E:P/W:A", BlastLevel.MEDIUM, "it writes to production"),
        ("D:C", BlastLevel.MEDIUM, "it touches confidential data"),
        ("D:R", BlastLevel.MEDIUM, "it touches restricted data"),
        ("F:3", BlastLevel.MEDIUM, "4 or more agents take part"),
    ],
)
def test_a_combination_raises_the_level_whatever_the_points(
    changes: str, level: BlastLevel, words: str
) -> None:
    vector = _with(changes)

    floor, said = floors_fired(vector)[0]

    assert (floor.level, said) == (level, words)
    assert blast_level(vector, BlastPolicy()).rank >= level.rank


@pytest.mark.parametrize(
    "changes",
    [
        "E:P/R:I/U:U",
        "W:P/R:I",
        "E:T/W:D/R:I/X:O/M:M",
        "E:P/D:I/X:O/U:U",
        "F:2/W:A",
    ],
)
def test_a_near_miss_fires_nothing(changes: str) -> None:
    assert floors_fired(_with(changes)) == ()


def test_strictest_floors_come_first() -> None:
    fired = floors_fired(_with("E:P/W:P/R:I/D:R/X:O/U:U/M:H/F:4"))

    ranks = [floor.level.rank for floor, _ in fired]
    assert ranks == [3, 3, 3, 2, 2, 2, 2, 1, 1, 1]


@given(VECTORS, st.sampled_from(list(BlastMetric)))
def test_raising_a_metric_never_lowers_the_level(
    vector: dict[BlastMetric, str], metric: BlastMetric
) -> None:
    letters = [step.letter for step in SCALE[metric].steps]
    higher = letters[min(letters.index(vector[metric]) + 1, len(letters) - 1)]

    raised = blast_level({**vector, metric: higher}, BlastPolicy())

    assert raised.rank >= blast_level(vector, BlastPolicy()).rank
