from __future__ import annotations

from typing import Any

import pytest

from dashboard.display.graph_plot import (
    GraphNode,
    GraphTie,
    NodeRole,
    graph_figure,
    width_step,
)
from dashboard.display.tie_looks import TIE_LOOKS, UNACCUSED
from governance.domain.collusion.findings import FindingKind

BROKER = GraphNode("Broker", NodeRole.MEMBER, "/broker/", ("In a ring of 2",))
BUYER = GraphNode("Buyer", NodeRole.MEMBER, "/buyer/")
SCOUT = GraphNode("<b>Scout</b>", NodeRole.OTHER, "/scout/")
FAVOURS = GraphTie(0, 1, 40, "favoured", ("40 interactions", "Rated 0.94"))
PLAIN = GraphTie(1, 2, 2, "none")


def traces(*ties: GraphTie, nodes: tuple[GraphNode, ...] = (BROKER, BUYER, SCOUT)) -> list[Any]:
    figure = graph_figure(nodes, ties, height_px=300)
    assert figure is not None
    return list(figure["data"])


def test_without_an_agent_nothing_is_drawn() -> None:
    assert graph_figure((), (), height_px=300) is None


def test_every_kind_of_evidence_has_its_own_colour_and_dash() -> None:
    looks = [look for key, look in TIE_LOOKS.items() if key not in UNACCUSED]

    assert set(TIE_LOOKS) == {*FindingKind, *UNACCUSED}
    assert len({look.colour for look in looks}) == len({look.dash for look in looks}) == len(looks)


def test_evidence_lies_above_what_is_usual_and_agents_above_all() -> None:
    names = [trace.get("name", "middles") for trace in traces(FAVOURS, PLAIN)]

    assert names == [
        "No evidence",
        "Above what others give",
        "middles",
        "Other agent",
        "In a ring",
    ]


def test_who_points_at_a_line_reads_its_numbers_and_no_markup() -> None:
    middles = next(trace for trace in traces(FAVOURS, PLAIN) if "name" not in trace)

    assert middles["hovertext"] == [
        "Broker and Buyer<br>40 interactions<br>Rated 0.94",
        "Buyer and &lt;b&gt;Scout&lt;/b&gt;",
    ]


def test_a_mark_leads_to_its_agents_page() -> None:
    members = traces(FAVOURS)[-1]

    assert members["customdata"] == ["/broker/", "/buyer/"]
    assert members["hovertext"][0] == "Broker<br>In a ring of 2"


@pytest.mark.parametrize(("count", "step"), [(1, 0), (2, 1), (5, 1), (6, 2), (16, 3), (40, 3)])
def test_the_width_grows_with_the_logarithm_of_the_work(count: int, step: int) -> None:
    # ln(41) / 4 = 0.93 a step: up to 1.53, 5.4, 15.2 and 40 interactions.
    assert width_step(count, 40) == step


def test_lines_of_one_width_are_one_trace_and_named_once() -> None:
    drawn = traces(FAVOURS, GraphTie(1, 2, 39, "favoured"), GraphTie(0, 2, 1, "favoured"))

    lines = [trace for trace in drawn if trace["mode"] == "lines"]

    assert [trace["line"]["width"] for trace in lines] == [1.0, 5.5]
    assert [trace["showlegend"] for trace in lines] == [True, False]
    assert [len(trace["x"]) for trace in lines] == [3, 6]


def test_names_stand_away_from_each_other() -> None:
    # Four in a row of two pairs: 0 and 1 to the left, 2 and 3 to the right.
    nodes = tuple(GraphNode(f"Agent {n}", NodeRole.OTHER, "/") for n in range(3))

    others = traces(GraphTie(0, 1, 1, "none"), GraphTie(1, 2, 1, "none"), nodes=nodes)[-1]

    by_place = dict(zip(others["x"], others["textposition"], strict=True))
    assert by_place[0.0].endswith("right")
    assert by_place[1.0].endswith("left")


def test_in_a_crowd_only_ring_members_are_named() -> None:
    crowd = tuple(GraphNode(f"Agent {n}", NodeRole.OTHER, "/") for n in range(25))

    others, members = traces(nodes=(BROKER, *crowd))[-2:]

    assert (others["mode"], members["mode"]) == ("markers", "markers+text")
