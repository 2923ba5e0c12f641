"""A chart as a page would fill it."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.chart import Cell, ChartCard, ChartTable, Column
from dashboard.display.graph_plot import GraphNode, GraphTie, NodeRole, graph_figure
from dashboard.display.plots import plot_layout, plot_text

WEALTH = ChartCard(
    key="wealth",
    title="Wealth",
    summary="Buyer went from $900 to $1,200.50 in 2 days.",
    figure={
        "data": [
            {
                "type": "scatter",
                "x": [1, 2],
                "y": [900, 1200.5],
                "name": plot_text("<b>Buyer</b>"),
                "hovertext": ["$900.00", "$1,200.50"],
                "hoverinfo": "text",
                "line": {"color": "var(--accent)", "dash": "dot"},
            }
        ],
        "layout": plot_layout(height_px=240, xaxis={"range": [0, 4]}, yaxis={"range": [0, 2000]}),
    },
    table=ChartTable(
        columns=(
            Column(label="Agent"),
            Column(label="Day 2", is_number=True),
            Column(label="Day 3", is_number=True),
        ),
        rows=((Cell("=Buyer, the first"), Cell("$1,200.50", "1200.50"), Cell("–")),),
    ),
    zooms=True,
)
NOTHING_TO_DRAW = replace(WEALTH, summary="No money moved yet.", figure=None)

RING_GRAPH = ChartCard(
    key="ring-graph",
    title="Who works with whom",
    summary="2 members and 1 agent they call on in step: 46 interactions moved $1,840.50.",
    figure=graph_figure(
        [
            GraphNode("Broker", NodeRole.MEMBER, "/f/payments-prod/agents/a-2/", ("In this ring",)),
            GraphNode("Buyer", NodeRole.MEMBER, "/f/payments-prod/agents/a-1/", ("In this ring",)),
            GraphNode("Scout", NodeRole.OTHER, "/f/payments-prod/agents/a-3/"),
        ],
        [
            GraphTie(0, 1, 41, "over_rated", ("41 interactions, $1,840.50 moved",)),
            GraphTie(1, 2, 5, "none", ("5 interactions, $0.00 moved",)),
        ],
        height_px=360,
    ),
    table=ChartTable(
        columns=(
            Column(label="Agent"),
            Column(label="With"),
            Column(label="Interactions", is_number=True),
        ),
        rows=(
            (
                Cell("Broker", url="/f/payments-prod/agents/a-2/"),
                Cell("Buyer", url="/f/payments-prod/agents/a-1/"),
                Cell("41"),
            ),
        ),
    ),
    zooms=True,
)
