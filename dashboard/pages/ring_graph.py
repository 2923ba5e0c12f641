"""Who works with whom in a ring: its members, and whom they call on in step."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from dashboard.display.durations import day_time
from dashboard.display.figures import money, plural
from dashboard.display.graph_plot import NodeRole
from dashboard.pages.ties import Placed, is_accused, ring_evidence, strongest, ties_chart
from governance.selectors.pairs import pairs_strongest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.cards.chart import ChartCard
    from governance.models import Agent, CollusionRing, Fleet

_READ_MOST = 3_000
_PAIR_PX, _RING_PX = 200, 360


def ring_graph(ring: CollusionRing, members: Sequence[Agent], fleet: Fleet) -> ChartCard:
    """Return the graph of a ring since the beginning of the window it was found in."""
    since, evidence = ring.last_scan.since, ring_evidence([ring])
    inside = {agent.pk: agent for agent in members}
    targets = {UUID(pk) for finding in ring.findings for pk in finding["targets"]} - set(inside)
    found = pairs_strongest(
        fleet=fleet,
        since=since,
        among=[*inside, *targets],
        touching=list(inside),
        most=_READ_MOST,
    )
    pairs = strongest(found.sums, evidence)
    outside = targets.intersection(pk for pair in pairs for pk in pair[:2])
    others = {agent.pk: agent for agent in fleet.agents.filter(pk__in=outside)}
    placed = {pk: Placed(NodeRole.MEMBER, "In this ring") for pk in inside}
    placed |= {pk: Placed(NodeRole.OTHER, "Called on in step, outside the ring") for pk in others}
    accused = sum(is_accused(pair, evidence) for pair in pairs)
    counted = sum(pair.interactions for pair in pairs)
    moved = sum((pair.value_usd for pair in pairs), start=Decimal(0))
    called = f" and {plural(len(others), 'agent')} they call on in step" if others else ""
    shown = "" if found.of == len(pairs) else f" The strongest {len(pairs)} of {found.of:,} pairs."
    return ties_chart(
        key="ring-graph",
        title="Who works with whom",
        summary=(
            f"{plural(len(inside), 'member')}{called}: {plural(counted, 'interaction')} since"
            f" {day_time(since)} UTC moved {money(moved)}; evidence on {accused} of"
            f" {plural(len(pairs), 'pair')}. The wider a line, the more interactions.{shown}"
        ),
        pairs=pairs,
        evidence=evidence,
        agents=inside | others,
        placed=placed,
        fleet=fleet.slug,
        height_px=_PAIR_PX if len(inside | others) == 2 else _RING_PX,
    )
