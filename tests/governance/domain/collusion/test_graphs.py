from __future__ import annotations

import numpy as np
import pytest

from governance.domain.collusion.graphs import components
from governance.domain.collusion.interactions import Ints


def _groups(*edges: tuple[int, int], agents: int = 6, is_directed: bool = False) -> list[int]:
    ends: Ints = np.array(edges, dtype=np.int64).reshape(-1, 2)
    group = components(ends[:, 0], ends[:, 1], agents, is_directed=is_directed)
    return [int(each) for each in group]


def test_agents_joined_by_any_edges_are_one_group() -> None:
    assert _groups((4, 1), (1, 3)) == [-1, 0, -1, 0, 0, -1]


def test_groups_are_numbered_in_the_order_of_their_first_agent() -> None:
    assert _groups((5, 3), (4, 0), (2, 1)) == [0, 1, 1, 2, 0, 2]


def test_an_agent_without_an_edge_is_in_no_group() -> None:
    assert _groups() == [-1] * 6


def test_no_agents_are_in_no_group() -> None:
    assert _groups(agents=0) == []


@pytest.mark.parametrize(
    ("edges", "groups"),
    [
        ([(0, 1), (1, 2)], [-1, -1, -1, -1, -1, -1]),
        ([(0, 1), (1, 2), (2, 0)], [0, 0, 0, -1, -1, -1]),
        ([(0, 1), (1, 0), (1, 3), (3, 4), (4, 3)], [0, 0, -1, 1, 1, -1]),
        # What leads into a circle, or out of it, is no part of it.
        ([(5, 4), (4, 3), (3, 4), (3, 2), (0, 1), (1, 0)], [0, 0, -1, 1, 1, -1]),
    ],
)
def test_with_a_direction_a_group_is_what_leads_back(
    edges: list[tuple[int, int]], groups: list[int]
) -> None:
    assert _groups(*edges, is_directed=True) == groups
