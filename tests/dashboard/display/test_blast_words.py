from __future__ import annotations

from dashboard.display.blast_words import (
    METRIC_NAMES,
    MOST_OF_METRIC,
    MOST_POINTS,
    BarPiece,
    blast_bar,
    metric_name,
    value_words,
)


def test_the_most_points_of_all_metrics_are_those_of_the_whole_vector() -> None:
    assert sum(MOST_OF_METRIC.values()) == MOST_POINTS == 104
    assert MOST_OF_METRIC.keys() == METRIC_NAMES.keys()


def test_a_value_reads_as_a_consequence() -> None:
    assert value_words("R", "I") == "Cannot be undone"


def test_an_unknown_value_stands_for_itself() -> None:
    assert (metric_name("Q"), value_words("R", "Z")) == ("Q", "Reversibility Z")


def test_the_bar_shows_the_three_largest_and_the_rest() -> None:
    pieces = blast_bar([5, 20, 0, 10, 15], most=100)

    assert pieces == (
        BarPiece("p1", 0.0, 20.0),
        BarPiece("p2", 20.0, 15.0),
        BarPiece("p3", 35.0, 10.0),
        BarPiece("p4", 45.0, 5.0),
    )


def test_a_harmless_task_draws_no_piece() -> None:
    assert blast_bar([0] * 9) == ()
