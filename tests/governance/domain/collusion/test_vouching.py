from __future__ import annotations

from uuid import UUID

import pytest

from governance.domain.collusion.vouching import Word, is_vouched_inside

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
