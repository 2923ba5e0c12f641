"""Where the nodes of a graph are drawn: the same graph always looks the same.

Each connected part is laid out by stress majorization, so that distances on screen follow distances
in the graph, then the parts are set side by side, the largest first.

Source: E. R. Gansner, Y. Koren, S. North (2004), Graph Drawing by Stress Majorization, GD 2004,
LNCS 3383, 239-250, equations 7 and 8, weights d^-2. Where a part starts and how parts are packed
are own choices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

Floats: TypeAlias = NDArray[np.float64]
Point: TypeAlias = tuple[float, float]
# A pair of nodes by number, and how long its line should be; about 1.
Line: TypeAlias = tuple[int, int, float]

_ROUNDS, _SETTLED = 60, 1e-3
_ASPECT = 2.2
# Between parts, in lengths of a line.
_GAP = 1.0


@lru_cache(maxsize=64)
def graph_layout(nodes: int, lines: tuple[Line, ...]) -> tuple[Point, ...]:
    """Return the place of each node, x and y in [0, 1].

    Args:
        nodes: how many there are; those without a line are set side by side.
        lines: pairs of different nodes with lengths > 0, each pair once.
    """
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, length in lines:
        near[one][other] = near[other][one] = length
    orders = _parts(nodes, near)
    drawn = [_part(order, near) for order in orders]
    places = np.zeros((nodes, 2))
    for order, corner, part in zip(orders, _corners(drawn), drawn, strict=True):
        places[order] = part + corner
    low, high = places.min(axis=0), places.max(axis=0)
    span = high - low
    flat = span < 1e-9
    scaled = np.where(flat, 0.5, (places - low) / np.where(flat, 1.0, span))
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in scaled)


def _parts(nodes: int, near: Mapping[int, Mapping[int, float]]) -> list[list[int]]:
    """Return the nodes of each connected part, depth first, the largest part first.

    In that order a circle begins as a circle and the branches of a tree lie beside each other.
    """
    seen: set[int] = set()
    parts: list[list[int]] = []
    for start in range(nodes):
        order: list[int] = []
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            order.append(node)
            # The shortest line is followed first.
            waiting += sorted(near.get(node, {}), key=lambda to: (-near[node][to], -to))
        if order:
            parts.append(order)
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def _part(order: Sequence[int], near: Mapping[int, Mapping[int, float]]) -> Floats:
    """Return the places of one connected part, its lower left corner at 0, in its order."""
    size = len(order)
    place = {node: number for number, node in enumerate(order)}
    lines = [(place[a], place[b], length) for a in order for b, length in near.get(a, {}).items()]
    angles = 2.0 * np.pi * np.arange(size) / size
    placed = np.column_stack((np.cos(angles), np.sin(angles))) * max(1.0, size / (2.0 * np.pi))
    if size > 2:
        placed = _relaxed(placed, _distances(size, lines))
    elif size == 2:
        placed = np.array([[0.0, 0.0], [lines[0][2], 0.0]])
    corner: Floats = placed - placed.min(axis=0)
    return corner


def _distances(size: int, lines: Iterable[Line]) -> Floats:
    rows, columns, lengths = zip(*lines, strict=True)
    sides = coo_array((lengths, (rows, columns)), shape=(size, size)).tocsr()
    found: Floats = shortest_path(sides, directed=False)
    return found


def _relaxed(places: Floats, wanted: Floats) -> Floats:
    """Return places whose distances are close to those wanted, by steps that never get worse."""
    size = len(places)
    weights = 1.0 / np.where(wanted > 0.0, wanted, 1.0) ** 2
    np.fill_diagonal(weights, 0.0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    # All places may move together: with one node tied down the equations have one solution.
    inverse = np.linalg.inv(laplacian[1:, 1:])
    pull = weights * wanted
    for _ in range(_ROUNDS):
        apart = np.hypot(*(places[:, None, axis] - places[None, :, axis] for axis in (0, 1)))
        ratio = np.divide(pull, apart, out=np.zeros((size, size)), where=apart > 1e-9)
        moved = (np.diag(ratio.sum(axis=1)) - ratio) @ places
        fresh = np.vstack((np.zeros(2), inverse @ moved[1:]))
        change = np.linalg.norm((fresh - fresh[0]) - (places - places[0]))
        places = fresh
        if change < _SETTLED * np.linalg.norm(places):
            break
    return places


def _corners(parts: Sequence[Floats]) -> list[Point]:
    """Return the lower left corner of each part: in rows about as wide as a screen, downwards."""
    sizes = [part.max(axis=0) + _GAP for part in parts]
    area = sum(float(width * height) for width, height in sizes)
    widest = max(float(np.sqrt(area * _ASPECT)), *(float(width) for width, _ in sizes), 0.0)
    corners: list[Point] = []
    x = y = tallest = 0.0
    for width, height in sizes:
        if x > 0.0 and x + width > widest + 1e-9:
            x, y, tallest = 0.0, y - tallest, 0.0
        corners.append((x, y - float(height)))
        x, tallest = x + float(width), max(tallest, float(height))
    return corners
