"""Where nodes go: worked on graphs whose places are plain."""

from __future__ import annotations

from itertools import combinations
from math import dist

import pytest

from dashboard.display.graph_layout import Line, graph_layout


def circle(nodes: int) -> tuple[Line, ...]:
    return tuple((node, (node + 1) % nodes, 1.0) for node in range(nodes))


def test_one_node_stands_in_the_middle() -> None:
    assert graph_layout(1, ()) == ((0.5, 0.5),)


def test_two_that_work_together_face_each_other() -> None:
    assert graph_layout(2, ((0, 1, 1.0),)) == ((0.0, 0.5), (1.0, 0.5))


def test_nodes_without_a_line_stand_apart() -> None:
    places = graph_layout(4, ())

    assert len(set(places)) == 4
    assert min(dist(a, b) for a, b in combinations(places, 2)) >= 0.5


def test_a_circle_is_drawn_as_one_whatever_the_numbers_of_its_nodes() -> None:
    shuffled = ((0, 2, 1.0), (2, 4, 1.0), (4, 1, 1.0), (1, 3, 1.0), (3, 0, 1.0))

    places = graph_layout(5, shuffled)

    # Neighbours are nearer than those two steps apart: no line crosses another.
    beside = [dist(places[a], places[b]) for a, b, _ in shuffled]
    across = [
        dist(places[a], places[b])
        for a, b in combinations(range(5), 2)
        if (a, b, 1.0) not in shuffled and (b, a, 1.0) not in shuffled
    ]
    assert max(beside) < min(across)


def test_a_shorter_line_draws_two_nearer() -> None:
    places = graph_layout(3, ((0, 1, 0.5), (1, 2, 1.0), (0, 2, 1.0)))

    assert dist(places[0], places[1]) < dist(places[1], places[2])


def test_every_place_is_inside_and_the_edges_are_used() -> None:
    places = graph_layout(9, (*circle(6), (6, 7, 1.0)))

    for axis in (0, 1):
        assert min(place[axis] for place in places) == 0.0
        assert max(place[axis] for place in places) == 1.0


def test_parts_do_not_lie_upon_each_other() -> None:
    # Two circles of four; the second has the numbers 4 to 7.
    second = tuple((a + 4, b + 4, length) for a, b, length in circle(4))
    places = graph_layout(8, circle(4) + second)

    first_x, second_x = [x for x, _ in places[:4]], [x for x, _ in places[4:]]

    assert max(first_x) < min(second_x)


@pytest.mark.parametrize("size", [2, 3, 40])
def test_the_same_graph_looks_the_same(size: int) -> None:
    first = graph_layout(size, circle(size)[: size - 1])
    graph_layout.cache_clear()

    assert graph_layout(size, circle(size)[: size - 1]) == first
