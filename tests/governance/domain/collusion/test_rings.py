from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from governance.domain.collusion.circular import Circle
from governance.domain.collusion.interactions import Interactions
from governance.domain.collusion.lockstep import Lockstep
from governance.domain.collusion.promotion import Promotion
from governance.domain.collusion.rings import Accusations, Ring, rings_of
from governance.domain.collusion.verdicts import Judged
from tests.governance.domain.collusion.fleets import Job, tied, work_of

AGENTS = 12
Tie = tuple[int, int]


def _judged(work: Interactions, pairs: dict[Tie, float], accused: Sequence[Tie]) -> Judged:
    ties = tied(work)
    numbers = list(zip(ties.first.tolist(), ties.second.tolist(), strict=True))
    return Judged(
        pair=np.array([numbers.index(pair) for pair in pairs], dtype=np.int64),
        chance=np.array(list(pairs.values())),
        door=np.zeros(len(pairs), dtype=np.int64),
        is_accused=np.array([pair in accused for pair in pairs], dtype=bool),
        sums=[],
        chances=np.ones((0, len(pairs))),
    )


def _promotion(*members: int, chance: float = 1e-5) -> Promotion:
    group = Lockstep(np.array(members), np.zeros(0, np.int64))
    return Promotion(
        lockstep=group, ratings=9, rating=0.9, deviation=0.3, targets=np.array([9]), chance=chance
    )


def _circle(*members: int, chance: float = 1e-9) -> Circle:
    return Circle(
        members=np.array(members),
        matches=9,
        expected=0.5,
        returned=1.0,
        chance=chance,
        rows=np.zeros(0, np.int64),
    )


def _rings(
    *jobs: Job,
    ties: dict[Tie, float] | None = None,
    open_ties: dict[Tie, float] | None = None,
    spared: Sequence[Tie] = (),
    promotions: Sequence[Promotion] = (),
    circles: Sequence[Circle] = (),
) -> list[Ring]:
    work = work_of(*jobs, agents=AGENTS)
    own, other = ties or {}, open_ties or {}
    accused = Accusations(
        ties=_judged(work, own, [pair for pair in own if pair not in spared]),
        open_ties=_judged(work, other, [pair for pair in other if pair not in spared]),
        promotions=list(promotions),
        circles=list(circles),
    )
    return rings_of(work, tied(work), accused)


def test_accused_pairs_that_share_an_agent_are_one_ring() -> None:
    jobs = [Job(0, 1), Job(1, 2), Job(4, 5), Job(2, 3)]
    ties = {(0, 1): 1e-5, (1, 2): 1e-8, (4, 5): 1e-6, (2, 3): 0.5}

    found = _rings(*jobs, ties=ties, spared=[(2, 3)])

    assert [ring.members for ring in found] == [(0, 1, 2), (4, 5)]
    assert [ring.ties for ring in found] == [(0, 1), (2,)]
    assert [ring.chance for ring in found] == [1e-8, 1e-6]


def test_a_ring_is_joined_by_all_that_speaks_against_its_members() -> None:
    jobs = [Job(0, 1), Job(1, 2)]
    step, money = _promotion(2, 4, 6), _circle(6, 7, 8, chance=1e-9)

    found = _rings(
        *jobs, ties={(0, 1): 1e-5}, open_ties={(1, 2): 1e-7}, promotions=[step], circles=[money]
    )

    assert [ring.members for ring in found] == [(0, 1, 2, 4, 6, 7, 8)]
    assert (found[0].ties, found[0].open_ties) == ((0,), (0,))
    assert (found[0].promotions, found[0].circles) == ((step,), (money,))
    assert found[0].chance == 1e-9


def test_groups_apart_are_rings_apart() -> None:
    found = _rings(Job(9, 10), promotions=[_promotion(0, 1)], circles=[_circle(3, 4)])

    assert [ring.members for ring in found] == [(0, 1), (3, 4)]
    assert [len(ring.circles) for ring in found] == [0, 1]


def test_the_ring_that_moved_most_value_comes_first() -> None:
    jobs = [Job(0, 1, value_usd=2.0), Job(4, 5, value_usd=3.0), Job(5, 4, value_usd=4.0)]

    found = _rings(*jobs, ties={(0, 1): 1e-9, (4, 5): 1e-5})

    assert [(ring.members, ring.value_usd) for ring in found] == [((4, 5), 7.0), ((0, 1), 2.0)]
    assert [ring.interactions for ring in found] == [2, 1]


def test_what_members_do_for_others_is_told_apart_from_what_they_do_for_each_other() -> None:
    # Others pay 10 + 5 for work of .9 and .7, and get 4 from a member: 11 were drawn.
    jobs = [
        Job(0, 1, value_usd=100.0, verified=0.1),
        Job(6, 0, value_usd=10.0, verified=0.9),
        Job(7, 1, value_usd=5.0, verified=0.7),
        Job(7, 1),
        Job(1, 7, value_usd=4.0, verified=0.2),
        Job(6, 7, value_usd=50.0, verified=0.3),
    ]

    ring = _rings(*jobs, ties={(0, 1): 1e-5})[0]

    assert ring.outside_quality == pytest.approx(0.8)
    assert ring.outside_checked == 2
    assert (ring.drawn_usd, ring.value_usd) == (11.0, 100.0)


def test_of_members_that_nobody_outside_has_checked_no_quality_is_known() -> None:
    ring = _rings(Job(0, 1, verified=0.1), ties={(0, 1): 1e-5})[0]

    assert (ring.outside_quality, ring.outside_checked, ring.drawn_usd) == (None, 0, 0.0)


def test_without_accusations_there_is_no_ring() -> None:
    assert _rings(Job(0, 1), ties={(0, 1): 0.2}, spared=[(0, 1)]) == []
