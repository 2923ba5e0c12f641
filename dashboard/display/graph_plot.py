"""A graph of who works with whom as a Plotly figure: lines and marks over a fixed layout."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import dist
from typing import Any

from dashboard.display.durations import NBSP
from dashboard.display.graph_layout import Point, graph_layout
from dashboard.display.plots import plot_layout, plot_text
from dashboard.display.tie_looks import TIE_LOOKS

_WIDTHS_PX = (1.0, 2.0, 3.5, 5.5)
# Whoever works together often is drawn near: the length of a line for each width.
_LENGTHS = (1.2, 1.1, 1.0, 0.8)
_NAMED_MOST = 25
# Among more nodes than this, marks are smaller.
_CROWD, _CROWDED = 60, 0.65
# Of the width: a name needs so much room towards the edge.
_EDGE = 0.2
_HIDDEN_AXIS: Mapping[str, Any] = {
    "visible": False, "showgrid": False, "range": [-0.12, 1.12], "automargin": False,
}  # fmt: skip


class NodeRole(StrEnum):
    """What an agent is in a graph."""

    MEMBER = "member"
    WATCHED = "watched"
    OTHER = "other"


_NODES: Mapping[NodeRole, tuple[str, dict[str, Any]]] = {
    NodeRole.MEMBER: (
        "In a ring",
        {"symbol": "diamond", "size": 16, "color": "var(--critical)"},
    ),
    NodeRole.WATCHED: ("Watched agent", {"symbol": "square", "size": 12, "color": "var(--ink-2)"}),
    NodeRole.OTHER: ("Other agent", {"symbol": "circle", "size": 11, "color": "var(--surface)"}),
}


@dataclass(frozen=True, slots=True)
class GraphNode:
    """An agent of a graph; `facts` are sentences for who points at it, `url` is its page."""

    name: str
    role: NodeRole
    url: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GraphTie:
    """Work between two nodes, by number; `look` is a key of `TIE_LOOKS`, `count` at least 1."""

    one: int
    other: int
    count: int
    look: str
    facts: tuple[str, ...] = ()


def graph_figure(
    nodes: Sequence[GraphNode], ties: Sequence[GraphTie], *, height_px: int
) -> dict[str, Any] | None:
    """Return the figure of a graph, None where it has no node.

    Args:
        nodes: at most 300.
        ties: each pair once.
        height_px: of the drawing.
    """
    if not nodes:
        return None
    steps = [width_step(tie.count, max(each.count for each in ties)) for tie in ties]
    lines = tuple(
        (tie.one, tie.other, _LENGTHS[step]) for tie, step in zip(ties, steps, strict=True)
    )
    places = graph_layout(len(nodes), lines)
    return {
        "data": [
            *_lines(ties, steps, places),
            _middles(nodes, ties, places),
            *_marks(nodes, places),
        ],
        "layout": plot_layout(
            height_px=height_px,
            xaxis=dict(_HIDDEN_AXIS),
            yaxis=dict(_HIDDEN_AXIS),
            dragmode="pan",
            showlegend=True,
        ),
    }


def width_step(count: int, most: int) -> int:
    """Return which of four widths a line has: 3 for the most work, on a scale of logarithms."""
    return max(0, math.ceil(len(_WIDTHS_PX) * math.log1p(count) / math.log1p(most)) - 1)


def _lines(
    ties: Sequence[GraphTie], steps: Sequence[int], places: Sequence[Point]
) -> list[dict[str, Any]]:
    """Return one trace for each look and width; a gap stands between two lines."""
    traces: list[dict[str, Any]] = []
    # What accuses nobody lies below; the legend names the kinds in their order.
    for rank, (key, look) in reversed(list(enumerate(TIE_LOOKS.items()))):
        of_look = [number for number, tie in enumerate(ties) if tie.look == key]
        for step in sorted({steps[number] for number in of_look}):
            ends = [
                (places[ties[number].one], places[ties[number].other])
                for number in of_look
                if steps[number] == step
            ]
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [x for (x1, _), (x2, _) in ends for x in (x1, x2, None)],
                    "y": [y for (_, y1), (_, y2) in ends for y in (y1, y2, None)],
                    "line": {"color": look.colour, "dash": look.dash, "width": _WIDTHS_PX[step]},
                    "name": look.mark.label,
                    "legendgroup": key,
                    "legendrank": 100 + rank,
                    "showlegend": step == min(steps[number] for number in of_look),
                    "hoverinfo": "skip",
                }
            )
    return traces


def _middles(
    nodes: Sequence[GraphNode], ties: Sequence[GraphTie], places: Sequence[Point]
) -> dict[str, Any]:
    """Return the trace that lines are pointed at by: Plotly knows points only."""
    middles = [
        ((places[tie.one][axis] + places[tie.other][axis]) / 2.0 for axis in (0, 1)) for tie in ties
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        **_columns(middles),
        "marker": {"size": 14, "opacity": 0, "color": "var(--ink-3)"},
        "hovertext": [
            _told((nodes[tie.one].name, nodes[tie.other].name), tie.facts) for tie in ties
        ],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _marks(nodes: Sequence[GraphNode], places: Sequence[Point]) -> list[dict[str, Any]]:
    traces: list[dict[str, Any]] = []
    named = _named(nodes)
    scale = _CROWDED if len(nodes) > _CROWD else 1.0
    for role, (label, marker) in reversed(list(_NODES.items())):
        of_role = [number for number, node in enumerate(nodes) if node.role is role]
        if not of_role:
            continue
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text" if named.issuperset(of_role) else "markers",
                **_columns([places[number] for number in of_role]),
                "marker": {
                    **marker,
                    "size": scale * marker["size"],
                    "line": {"color": "var(--ink-3)", "width": 1.5},
                },
                "text": [plot_text(nodes[number].name, limit=24) for number in of_role],
                "textposition": [_beside(number, named, places) for number in of_role],
                "textfont": {"color": "var(--ink)", "shadow": "auto"},
                "hovertext": [
                    _told((nodes[number].name,), nodes[number].facts) for number in of_role
                ],
                "hoverinfo": "text",
                "customdata": [nodes[number].url for number in of_role],
                "name": label,
                "legendrank": 1 + list(_NODES).index(role),
            }
        )
    return traces


def _named(nodes: Sequence[GraphNode]) -> set[int]:
    """Return the nodes whose names have room: all of a few, else ring members if they are few."""
    if len(nodes) <= _NAMED_MOST:
        return set(range(len(nodes)))
    members = {number for number, node in enumerate(nodes) if node.role is NodeRole.MEMBER}
    return members if len(members) <= _NAMED_MOST else set()


def _columns(points: Sequence[Any]) -> dict[str, list[float]]:
    pairs = [tuple(point) for point in points]
    return {"x": [x for x, _ in pairs], "y": [y for _, y in pairs]}


def _told(names: Sequence[str], facts: Sequence[str]) -> str:
    who = " and ".join(plot_text(name) for name in names)
    return "<br>".join([who, *(plot_text(fact, limit=200, keep=NBSP) for fact in facts)])


def _beside(number: int, named: Collection[int], places: Sequence[Point]) -> str:
    """Return where a name has room: away from the nearest other name, but never off the edge."""
    x, y = places[number]
    others = [places[each] for each in named if each != number]
    near_x, near_y = min(others, key=lambda other: dist(other, (x, y)), default=(x, y))
    side = "left" if x < near_x else "right"
    if x < _EDGE or x > 1.0 - _EDGE:
        side = "right" if x < _EDGE else "left"
    return f"{'bottom' if y < near_y else 'top'} {side}"
