from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.domain.collusion.fields import fields_used, fields_weak, rows_unread
from governance.domain.phrases import share_words
from tests.governance.domain.collusion.fleets import DAY_S, HOUR_S, Fleet, read_to, without, work_of

ALL = ("value_usd", "rating", "verified_quality", "accepted", "payoff")


def test_a_fleet_that_says_all_misses_nothing() -> None:
    work = Fleet(1).honest(400).joint_benefit(1, 2).work()

    assert fields_used(work) == ALL
    assert fields_weak(work) == []


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("rating", "No ratings: favours"),
        ("verified", "No verified quality: ratings above"),
        ("accepted", "No acceptance: poor work"),
        ("payoff", "No payoffs: joint benefit"),
    ],
)
def test_each_missing_field_is_named_with_what_it_hides(column: str, words: str) -> None:
    work = without(Fleet(1).honest(400).joint_benefit(1, 2).work(), column)

    (sentence,) = fields_weak(work)

    assert sentence.startswith(words)


def test_what_was_not_read_is_counted() -> None:
    since = datetime(2026, 3, 2, 12, 4, tzinfo=UTC)

    assert rows_unread(3_000_000, 5_210_332, since) == (
        "Only the newest 3,000,000 of 5,210,332 interactions were read, those since 2026-03-02"
        " 12:04 UTC."
    )


def test_few_checks_are_named_with_their_share() -> None:
    work = Fleet(1).honest(400).joint_benefit(1, 2).work()
    work.verified[work.is_verified.nonzero()[0][4:]] = float("nan")
    del work.__dict__["is_verified"]

    (sentence,) = fields_weak(work)

    share = share_words(4 / len(work))
    assert sentence.startswith(f"Only {share} of the interactions are verified")


@pytest.mark.parametrize(("step_s", "word"), [(DAY_S, "day"), (HOUR_S, "hour")])
def test_coarse_times_are_named(step_s: float, word: str) -> None:
    work = read_to(Fleet(1).honest(400).joint_benefit(1, 2).work(), step_s)

    (sentence,) = fields_weak(work)

    assert sentence.startswith(f"Times are exact to the {word} only")


def test_nothing_recorded_says_nothing() -> None:
    assert fields_used(work_of(agents=0)) == ()
    assert fields_weak(work_of(agents=0)) == []
