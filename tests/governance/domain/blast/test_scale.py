from __future__ import annotations

import pytest

from governance.domain.blast import (
    POINTS_MAX,
    SCALE,
    BlastMetric,
    BlastValueError,
    blast_step,
    vector_parse,
    vector_text,
)

TEXT = "ABR:1/E:P/W:M/R:E/D:I/X:P/M:L/F:1/N:2/U:I"


def test_the_scale_ends_at_104_points() -> None:
    assert POINTS_MAX == 104


@pytest.mark.parametrize(
    ("metric", "points"),
    [
        ("E", {"S": 0, "D": 3, "T": 6, "P": 12}),
        ("W", {"N": 0, "A": 4, "M": 8, "D": 14, "P": 16}),
        ("R", {"A": 0, "E": 3, "H": 8, "I": 14}),
        ("D", {"N": 0, "I": 3, "C": 8, "R": 14}),
        ("X", {"N": 0, "I": 3, "P": 7, "O": 10}),
        ("M", {"N": 0, "L": 3, "M": 8, "H": 12}),
        ("F", {"1": 0, "2": 3, "3": 6, "4": 10}),
        ("N", {"1": 0, "2": 2, "3": 5, "4": 8}),
        ("U", {"T": 0, "I": 2, "E": 5, "U": 8}),
    ],
)
def test_values_and_points_are_those_of_science_5_2(metric: str, points: dict[str, int]) -> None:
    steps = SCALE[BlastMetric(metric)].steps

    assert {step.letter: step.points for step in steps} == points


def test_a_vector_is_read_back_as_written() -> None:
    assert vector_text(vector_parse(TEXT)) == TEXT


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.replace("ABR:1", "ABR:2"), "vector must be ABR:1, got ABR:2"),
        (TEXT.removesuffix("/U:I"), "vector must be the nine metrics E, W, R, D, X, M, F, N, U"),
        (TEXT + "/U:I", "vector must be the nine metrics E, W, R, D, X, M, F, N, U"),
        (TEXT.replace("U:I", "Z:I"), "vector must be the nine metrics E, W, R, D, X, M, F, N, U"),
        (TEXT.replace("W:M", "W:X"), "blast.W must be one of N, A, M, D, P, got X"),
    ],
)
def test_a_broken_vector_is_refused(text: str, message: str) -> None:
    with pytest.raises(BlastValueError) as refused:
        vector_parse(text)

    assert message in str(refused.value)


def test_a_step_says_what_its_value_means() -> None:
    assert blast_step(BlastMetric.REVERSIBILITY, "I").meaning == "cannot be undone"
