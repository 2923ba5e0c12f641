"""Pairs of agents as a graph with its table: width for work, colour and dash for evidence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dashboard.cards.chart import Cell, ChartCard, ChartTable, Column
from dashboard.display.figures import money, plural
from dashboard.display.graph_plot import GraphNode, GraphTie, NodeRole, graph_figure
from dashboard.display.tie_looks import NO_EVIDENCE, TIE_LOOKS, UNACCUSED
from dashboard.pages.agent_links import agent_url
from governance.domain.collusion.findings import FindingKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from governance.models import Agent, CollusionRing
    from governance.selectors.pairs import PairSum

    # The kinds of evidence on a pair, the surest first.
    Evidence = Mapping[frozenset[UUID], Sequence[str]]

DRAWN_MOST = 300
_COLUMNS = (
    Column(label="Agent"),
    Column(label="With"),
    Column(label="Interactions", is_number=True),
    Column(label="Value moved", is_number=True),
    Column(label="Mean rating", is_number=True),
    Column(label="Ratings", is_number=True),
    Column(label="Mean of checks", is_number=True),
    Column(label="Checks", is_number=True),
    Column(label="Evidence"),
)


@dataclass(frozen=True, slots=True)
class Placed:
    """What an agent is in a graph, and the sentence that says so."""

    role: NodeRole
    fact: str = ""


def ring_evidence(rings: Iterable[CollusionRing]) -> dict[frozenset[UUID], list[str]]:
    """Return the kinds of evidence of rings on each pair, the surest of a ring first."""
    kinds: dict[frozenset[UUID], list[str]] = defaultdict(list)
    for ring in rings:
        for finding in ring.findings:
            for pair in _accused(finding):
                if finding["kind"] not in kinds[pair]:
                    kinds[pair].append(finding["kind"])
    return dict(kinds)


def pair_key(pair: PairSum) -> frozenset[UUID]:
    """Return the two agents, by which evidence on them is found."""
    return frozenset((pair.first, pair.second))


def is_accused(pair: PairSum, evidence: Evidence) -> bool:
    """Return whether there is evidence on a pair; to be watched or a team is none."""
    return _kinds(pair, evidence)[0] not in UNACCUSED


def strongest(pairs: Iterable[PairSum], evidence: Evidence) -> list[PairSum]:
    """Return what is drawn of pairs: those that are accused, then those that work together most.

    At most 300 pairs, of at most 300 agents.
    """
    ordered = sorted(pairs, key=lambda pair: (not is_accused(pair, evidence), -pair.interactions))
    drawn: list[PairSum] = []
    agents: set[UUID] = set()
    for pair in ordered[:DRAWN_MOST]:
        if len(agents.union(pair[:2])) <= DRAWN_MOST:
            agents.update(pair[:2])
            drawn.append(pair)
    return drawn


def ties_chart(
    *,
    key: str,
    title: str,
    summary: str,
    pairs: Sequence[PairSum],
    evidence: Evidence,
    agents: Mapping[UUID, Agent],
    placed: Mapping[UUID, Placed],
    fleet: str,
    height_px: int,
) -> ChartCard:
    """Return pairs as a graph and a table.

    Args:
        key: what the chart is called on its page.
        title: of the card.
        summary: the chart in one sentence.
        pairs: what is drawn, each pair once.
        evidence: of pairs, drawn or not.
        agents: at least those of the pairs; the others stand alone.
        placed: what agents are, where they are more than any other.
        fleet: slug.
        height_px: of the drawing.
    """
    order = sorted(agents.values(), key=lambda agent: (agent.name, str(agent.pk)))
    number = {agent.pk: place for place, agent in enumerate(order)}
    nodes = [_node(agent, placed.get(agent.pk, Placed(NodeRole.OTHER)), fleet) for agent in order]
    ties = [
        GraphTie(
            one=number[pair.first],
            other=number[pair.second],
            count=pair.interactions,
            look=_kinds(pair, evidence)[0],
            facts=tuple(_facts(pair, evidence)),
        )
        for pair in pairs
    ]
    return ChartCard(
        key=key,
        title=title,
        summary=summary,
        figure=graph_figure(nodes, ties, height_px=height_px),
        table=ChartTable(
            columns=_COLUMNS,
            rows=tuple(_row(pair, evidence, agents, fleet) for pair in pairs),
        ),
        zooms=True,
    )


def _accused(finding: Mapping[str, Any]) -> Iterator[frozenset[UUID]]:
    """Return the pairs that a finding is about: in step, agents with those they call on."""
    agents = [UUID(pk) for pk in finding["agents"]]
    if finding["kind"] == FindingKind.LOCKSTEP:
        targets = [UUID(pk) for pk in finding["targets"]]
        return (frozenset(pair) for pair in product(agents, targets))
    return (frozenset(pair) for pair in combinations(agents, 2))


def _kinds(pair: PairSum, evidence: Evidence) -> Sequence[str]:
    return evidence.get(pair_key(pair)) or (NO_EVIDENCE,)


def _labels(pair: PairSum, evidence: Evidence) -> str:
    return ", ".join(TIE_LOOKS[kind].mark.label for kind in _kinds(pair, evidence))


def _node(agent: Agent, placed: Placed, fleet: str) -> GraphNode:
    facts = (placed.fact,) if placed.fact else ()
    return GraphNode(agent.name, placed.role, agent_url("agent", agent.pk, fleet=fleet), facts)


def _facts(pair: PairSum, evidence: Evidence) -> Iterator[str]:
    yield f"{plural(pair.interactions, 'interaction')}, {money(pair.value_usd)} moved"
    if pair.rating is not None:
        yield f"Rated {pair.rating:.2f} on average of {plural(pair.rated, 'rating')}"
    if pair.quality is not None:
        checks = plural(pair.checked, "check")
        yield f"Checked from outside {pair.quality:.2f} on average of {checks}"
    yield _labels(pair, evidence)


def _row(
    pair: PairSum, evidence: Evidence, agents: Mapping[UUID, Agent], fleet: str
) -> tuple[Cell, ...]:
    ends = sorted((agents[pair.first], agents[pair.second]), key=lambda agent: agent.name)
    return (
        *(Cell(end.name, url=agent_url("agent", end.pk, fleet=fleet)) for end in ends),
        Cell(f"{pair.interactions:,}", str(pair.interactions)),
        Cell(money(pair.value_usd), f"{pair.value_usd:f}"),
        _mean(pair.rating),
        Cell(f"{pair.rated:,}", str(pair.rated)),
        _mean(pair.quality),
        Cell(f"{pair.checked:,}", str(pair.checked)),
        Cell(_labels(pair, evidence)),
    )


def _mean(value: float | None) -> Cell:
    return Cell("–") if value is None else Cell(f"{value:.2f}", f"{value:.4f}")
