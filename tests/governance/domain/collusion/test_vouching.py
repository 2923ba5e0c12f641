from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from governance.domain.collusion.vouching import Word, circles_joined, is_vouched_inside

BUYER, BROKER, STRANGER = UUID(int=1), UUID(int=2), UUID(int=3)
OTHERS = {BUYER: "buyer", BROKER: "broker"}
NONE = frozenset[UUID]()
OUTSIDE = Word("job:nightly", None, NONE, NONE, False)


@pytest.mark.parametrize(
    "word",
    [
        OUTSIDE._replace(asked_by="buyer"),
        OUTSIDE._replace(handed_on_by=BROKER),
        OUTSIDE._replace(paid_by=frozenset({STRANGER, BUYER})),
        OUTSIDE._replace(speaks_for=frozenset({BUYER, BROKER})),
        OUTSIDE._replace(speaks_for=frozenset({BUYER}), verified=True),
    ],
    ids=["asked for", "handed on", "paid for", "reported", "called verified by a member"],
)
def test_what_another_member_gave_or_reported_is_its_word(word: Word) -> None:
    assert is_vouched_inside(word, OTHERS)


@pytest.mark.parametrize(
    "word",
    [
        OUTSIDE,
        OUTSIDE._replace(handed_on_by=STRANGER, paid_by=frozenset({STRANGER})),
        OUTSIDE._replace(asked_by="buyer", handed_on_by=BUYER, verified=True),
        OUTSIDE._replace(speaks_for=frozenset({BUYER, STRANGER})),
    ],
    ids=["nobody inside", "for a stranger", "checked from outside", "a key shared with others"],
)
def test_what_somebody_outside_stands_for_is_not(word: Word) -> None:
    assert not is_vouched_inside(word, OTHERS)


def test_each_pair_counts_from_the_first_circle_that_holds_both() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    first = circles_joined([], ["a", "b"], since=noon)

    grown = circles_joined(first, ["c", "b", "a"], since=noon + timedelta(hours=1))

    assert grown == [
        {"agents": ["a", "b"], "since": "2026-03-02T12:00:00+00:00"},
        {"agents": ["a", "b", "c"], "since": "2026-03-02T13:00:00+00:00"},
    ]
    assert circles_joined(grown, ["a", "c"], since=noon + timedelta(days=1)) == grown


def test_a_circle_that_looks_further_back_is_one_of_its_own() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    first = circles_joined([], ["a", "b"], since=noon)

    judged = circles_joined(first, ["a", "b"], since=noon - timedelta(days=28))

    assert [circle["since"] for circle in judged] == [
        "2026-03-02T12:00:00+00:00",
        "2026-02-02T12:00:00+00:00",
    ]
