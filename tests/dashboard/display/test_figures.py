from __future__ import annotations

from decimal import Decimal

import pytest

from dashboard.display.figures import (
    mean_money,
    money,
    moved,
    plural,
    score,
    share,
    short_hash,
    signed,
    times,
    units_bound,
    went,
    whole_money,
)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("18420.5", "$18,420.50"),
        ("0", "$0.00"),
        ("0.0042", "$0.0042"),
        ("0.000100", "$0.0001"),
        ("-3", "\u2212$3.00"),
        ("2.345", "$2.34"),
        ("2.355", "$2.36"),
    ],
)
def test_money_keeps_what_matters(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("999.994", "$999.99"), ("1000", "$1,000"), ("18420.50", "$18,420"), ("-2500.6", "−$2,501")],
)
def test_money_at_a_glance_leaves_cents_out_from_a_thousand_on(amount: str, text: str) -> None:
    assert whole_money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("part", "whole", "minimum", "text"),
    [
        (46, 500, 10, "9.2\u00a0%"),
        (31, 122, 10, "25\u00a0%"),
        (0, 40, 10, "0\u00a0%"),
        (6, 9, 10, "6 of 9"),
        (0, 0, 0, "0 of 0"),
    ],
)
def test_a_share_of_too_little_stays_a_count(
    part: int, whole: int, minimum: int, text: str
) -> None:
    assert share(part, whole, minimum=minimum) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0\u00a0tickets"), (1, "1\u00a0ticket"), (1200, "1,200\u00a0tickets")]
)
def test_a_counted_noun_agrees(count: int, text: str) -> None:
    assert plural(count, "ticket") == text


def test_an_irregular_plural_is_given() -> None:
    assert plural(2, "reply", "replies") == "2\u00a0replies"


@pytest.mark.parametrize(("value", "text"), [(0.934, "0.93"), (0.997, "0.99"), (1.0, "1.00")])
def test_only_a_perfect_score_reads_one(value: float, text: str) -> None:
    assert score(value) == text


def test_a_hash_shows_its_ends() -> None:
    digest = "sha256:7be144d0c2a94d5f8e63fb1a20c7785e6b1dd0f4a3925d10ee7c41b890ac1f2e"

    assert short_hash(digest) == "7be144d0\u00a0…\u00a090ac1f2e"


def test_a_short_hash_is_shown_whole() -> None:
    assert short_hash("sha256:7be144d0") == "7be144d0"


def test_no_line_ends_between_a_number_and_its_unit() -> None:
    sentence = "7 tasks cost 0.5 USD each, within 2 min: 40 % more, 1.5 × as much in 3 days."

    assert units_bound(sentence) == (
        "7 tasks cost 0.5\u00a0USD each, within 2\u00a0min: 40\u00a0% more,"
        " 1.5\u00a0× as much in 3\u00a0days."
    )


def test_a_word_that_begins_like_a_unit_is_none() -> None:
    assert units_bound("6 minutes, 9 stops, 2 have") == "6 minutes, 9 stops, 2 have"


@pytest.mark.parametrize(
    ("change", "words"), [(0.124, "+0.12"), (-0.29, "−0.29"), (0.0, "0.00"), (-0.004, "0.00")]
)
def test_a_change_of_a_score_carries_its_sign(change: float, words: str) -> None:
    assert signed(change) == words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(0.8651, 0.8749, "0.00"), (0.8649, 0.8651, "+0.01"), (0.91, 0.62, "−0.29"), (0.98, 0.999, "+0.01")],
)  # fmt: skip
def test_a_move_is_the_difference_of_the_scores_that_are_read(
    before: float, after: float, words: str
) -> None:
    assert moved(before, after) == words


def test_how_often_is_said_in_words_up_to_twice() -> None:
    assert [times(count) for count in (0, 1, 2, 3, 1_200)] == [
        "never",
        "once",
        "twice",
        "3\u00a0times",
        "1,200\u00a0times",
    ]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.0077538461538461538", "$0.0078"),
        ("0.00001234", "$0.000012"),
        ("0.3333333333333333333", "$0.33"),
        ("0", "$0.00"),
    ],
)
def test_an_average_below_a_cent_keeps_two_digits(amount: str, text: str) -> None:
    assert mean_money(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("0.93", "0.58", "went from 0.93 to 0.58"),
        ("0.95", "0.95", "began and ended at 0.95"),
    ],
)
def test_a_figure_that_ends_where_it_began_did_not_go_anywhere(
    before: str, after: str, text: str
) -> None:
    assert went(before, after) == text
