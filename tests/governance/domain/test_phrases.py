from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.domain.phrases import (
    count_words,
    duration_words,
    list_words,
    lost_words,
    share_words,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (40, "40 s"),
        (59.2, "1 min"),
        (60, "1 min"),
        (61, "2 min"),
        (1680, "28 min"),
        (3600, "1 h"),
        (11_760, "3 h 16"),
        (7500, "2 h 05"),
        (172_799, "2 days"),
        (172_800, "2 days"),
        (1_000_000, "12 days"),
    ],
)
def test_durations_are_rounded_up_to_what_matters(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0 %"), (0.0004, "under 0.1 %"), (0.092, "9.2 %"), (0.1, "10 %"), (1.5, "150 %")],
)
def test_shares_are_percentages(share: float, words: str) -> None:
    assert share_words(share) == words


@pytest.mark.parametrize(("count", "words"), [(1, "1 task"), (0, "0 tasks"), (1200, "1,200 tasks")])
def test_counts_carry_their_noun(count: int, words: str) -> None:
    assert count_words(count, "task") == words


@pytest.mark.parametrize(
    ("words", "listed"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_read_as_sentences(words: list[str], listed: str) -> None:
    assert list_words(words) == listed


@pytest.mark.parametrize(
    ("doing", "words"),
    [
        (
            "at ties",
            "Its worker was lost: nothing was heard of it since 2026-03-02 12:00:00 UTC, at ties,"
            " 25% done.",
        ),
        ("", "No worker took it up since 2026-03-02 12:00:00 UTC."),
    ],
)
def test_what_was_given_up_says_since_when_it_was_silent(doing: str, words: str) -> None:
    silent = datetime(2026, 3, 2, 12, tzinfo=UTC)

    assert lost_words(silent, doing=doing, share=0.25) == words
