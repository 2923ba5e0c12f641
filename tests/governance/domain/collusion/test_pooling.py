from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from governance.domain.collusion.interactions import Ints
from governance.domain.collusion.pooling import (
    best_chance,
    pooled_chances,
    star_pool,
    tie_chances,
    tie_sums,
    triangle_pool,
    triangles,
)
from tests.governance.domain.collusion.evidences import evidence_like

SPREAD = 0.02


def _all_triangles(first: Ints, second: Ints, agents: int) -> set[tuple[int, ...]]:
    """Return what `triangles` finds, by looking at any three agents."""
    place = {ends: at for at, ends in enumerate(zip(first.tolist(), second.tolist(), strict=True))}
    return {
        tuple(sorted(place[pair] for pair in combinations(three, 2)))
        for three in combinations(range(agents), 3)
        if all(pair in place for pair in combinations(three, 2))
    }


def test_evidence_is_summed_by_tie() -> None:
    evidence = evidence_like(0.1, 0.2, 0.4, 0.8, counts=[True, True, False, True], variance=0.01)

    found = tie_sums([evidence], np.array([1, 1, 1, -1]), 2)[0]

    assert found.count.tolist() == [0.0, 2.0]
    assert found.total.tolist() == [0.0, pytest.approx(0.3)]
    assert found.variance.tolist() == [0.0, 0.02]
    assert found.bins.toarray().tolist() == [[0.0], [2.0]]
    assert found.is_enough.tolist() == [False, False]


def test_a_tie_with_too_little_is_not_accused_whatever_it_shows() -> None:
    evidence = evidence_like(0.9, 0.9, 0.9, 0.9, 0.9)

    chances = tie_chances(tie_sums([evidence], np.array([0, 0, 1, 1, 1]), 2), SPREAD)

    assert chances.shape == (1, 2)
    assert chances[0, 0] == 1.0
    assert chances[0, 1] < 1e-6


def test_ties_that_lean_the_same_way_say_together_what_none_says_alone() -> None:
    sums = tie_sums([evidence_like(*[0.12] * 12)], np.repeat([0, 1, 2], 4), 3)
    pool = csr_matrix(np.ones((1, 3)))

    alone = tie_chances(sums, SPREAD)
    together = pooled_chances(sums, pool, SPREAD, is_shared=False)

    assert together[0, 0] < alone.min() / 10.0


def test_a_pool_of_one_tie_is_that_tie() -> None:
    sums = tie_sums([evidence_like(*[0.12] * 6, variance=0.001)], np.repeat([0, 1], 3), 2)
    pool = csr_matrix(np.eye(2))

    alone = tie_chances(sums, SPREAD)

    assert pooled_chances(sums, pool, SPREAD, is_shared=False) == pytest.approx(alone)
    assert pooled_chances(sums, pool, SPREAD, is_shared=True) == pytest.approx(alone)


def test_an_error_that_all_ties_of_a_pool_share_does_not_average_out() -> None:
    sums = tie_sums([evidence_like(*[0.12] * 12, variance=0.002)], np.repeat([0, 1, 2], 4), 3)
    pool = csr_matrix(np.ones((1, 3)))

    apart = pooled_chances(sums, pool, SPREAD, is_shared=False)
    shared = pooled_chances(sums, pool, SPREAD, is_shared=True)

    assert shared[0, 0] > 2.0 * apart[0, 0]


def test_ties_without_evidence_add_no_certainty_to_a_pool() -> None:
    sums = tie_sums([evidence_like(*[0.15] * 6, variance=0.002)], np.zeros(6, np.int64), 5)
    alone = tie_chances(sums, 0.1)[0, 0]

    pooled = pooled_chances(sums, csr_matrix(np.ones((1, 5))), 0.1, is_shared=False)

    assert pooled[0, 0] == pytest.approx(alone)


def test_the_best_of_two_kinds_is_worth_half_and_of_one_all() -> None:
    chances = np.array([[0.01, 0.02, 0.9], [0.5, 1.0, 0.8]])
    enough = np.array([[True, True, True], [True, False, True]])

    assert best_chance(chances, enough).tolist() == [0.02, 0.02, 1.0]


def test_the_best_of_no_kind_is_as_it_is() -> None:
    assert best_chance(np.array([[1.0]]), np.array([[False]])).tolist() == [1.0]


@pytest.mark.parametrize("seed", range(8))
def test_triangles_are_those_among_any_three_agents(seed: int) -> None:
    random = np.random.default_rng(seed)
    first, second = np.nonzero(np.triu(random.random((14, 14)) < random.random(), 1))

    found = triangles(first, second, 14)

    as_sets = [tuple(sorted(each)) for each in found.tolist()]
    assert len(as_sets) == len(set(as_sets))
    assert set(as_sets) == _all_triangles(first, second, 14)


@pytest.mark.parametrize("edges", [[], [(0, 1)], [(0, 1), (2, 3)], [(0, 1), (1, 2), (2, 3)]])
def test_without_a_circle_of_three_there_is_no_triangle(edges: list[tuple[int, int]]) -> None:
    ends: Ints = np.array(edges, dtype=np.int64).reshape(-1, 2)

    assert triangles(ends[:, 0], ends[:, 1], 4).shape == (0, 3)


def test_a_tie_is_pooled_with_itself_and_those_it_forms_triangles_with() -> None:
    # 0-1-2 and 1-2-3 are triangles with 1-2 in both; 3-4 is in none.
    first, second = np.array([0, 0, 1, 1, 2, 3]), np.array([1, 2, 2, 3, 3, 4])

    pool = triangle_pool(first, second, 5).toarray()

    assert pool.tolist() == [
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 1, 1, 0],
        [0, 0, 1, 1, 1, 0],
        [0, 0, 1, 1, 1, 0],
        [0, 0, 0, 0, 0, 1],
    ]


def test_a_star_holds_the_ties_that_serve_one_agent() -> None:
    pool, star = star_pool(np.array([5, -1, 5, 7]))

    assert star.tolist() == [0, -1, 0, 1]
    assert pool.toarray().tolist() == [[1, 0, 1, 0], [0, 0, 0, 1]]


def test_where_nobody_serves_anybody_there_is_no_star() -> None:
    pool, star = star_pool(np.array([-1, -1]))

    assert (pool.shape, star.tolist()) == ((0, 2), [-1, -1])
