"""What is drawn of many pairs."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from dashboard.pages.ties import strongest
from governance.selectors.pairs import PairSum


def pair(one: int, other: int, interactions: int = 1) -> PairSum:
    return PairSum(UUID(int=one), UUID(int=other), interactions, Decimal(0), 0, None, 0, None)


def test_evidence_goes_before_any_amount_of_work() -> None:
    busy, accused = pair(1, 2, 500), pair(3, 4, 2)

    drawn = strongest([busy, accused], {frozenset((UUID(int=3), UUID(int=4))): ["favoured"]})

    assert drawn == [accused, busy]


def test_to_be_watched_is_no_reason_to_go_first() -> None:
    busy, watched = pair(1, 2, 500), pair(3, 4, 2)

    drawn = strongest([watched, busy], {frozenset((UUID(int=3), UUID(int=4))): ["watched"]})

    assert drawn == [busy, watched]


def test_at_most_three_hundred_agents_are_drawn() -> None:
    # 200 pairs of 400 agents, then one of two agents that stand there already.
    apart = [pair(2 * n, 2 * n + 1, 9) for n in range(200)]
    inside = pair(0, 2, 1)

    drawn = strongest([*apart, inside], {})

    assert drawn == [*apart[:150], inside]


def test_at_most_three_hundred_pairs_are_drawn() -> None:
    # All pairs of 30 agents are 435.
    drawn = strongest([pair(a, b) for b in range(30) for a in range(b)], {})

    assert len(drawn) == 300
