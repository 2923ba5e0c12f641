"""Who works with whom in a fleet, over the window of the last whole scan."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.urls import reverse

from dashboard.cards.fleet import FilterOption
from dashboard.cards.fleet_graph import FleetGraph
from dashboard.display.durations import day_time
from dashboard.display.figures import plural
from dashboard.display.graph_plot import NodeRole
from dashboard.display.tie_looks import IN_RINGS, SHOWN, TEAM, TIE_LOOKS, UNACCUSED, WATCHED
from dashboard.pages.collusion import ring_mark
from dashboard.pages.ties import (
    DRAWN_MOST,
    Placed,
    is_accused,
    pair_key,
    ring_evidence,
    strongest,
    ties_chart,
)
from governance.domain.phrases import list_words
from governance.selectors.collusion import rings_standing, scan_full
from governance.selectors.pairs import Pairs, pairs_scanned, pairs_strongest
from governance.selectors.roster import agents_named
from governance.selectors.teams import teams_in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from dashboard.cards.chart import ChartCard
    from dashboard.forms.ties import TieForm
    from governance.models import CollusionScan, Fleet
    from governance.selectors.pairs import PairSum

    Pair = frozenset[UUID]

_MARKED_MOST = 3_000
_HEIGHT_PX = 640


class Marked(NamedTuple):
    """What scans found of a fleet: kinds by pair, the pairs inside rings, what agents are."""

    evidence: Mapping[Pair, list[str]]
    in_rings: Collection[Pair]
    placed: Mapping[UUID, Placed]


def fleet_graph(fleet: Fleet, form: TieForm, *, now: datetime) -> FleetGraph:
    """Return the graph of a fleet; a fixed number of queries.

    Args:
        fleet: read before anything else.
        form: what the person asked to see.
        now: the page's time, at which declared teams count.
    """
    path = reverse("fleet-graph", kwargs={"fleet": fleet.slug})
    return FleetGraph(
        fleet_name=fleet.name,
        fleet_slug=fleet.slug,
        seq=fleet.event_seq,
        parts_url=form.address(reverse("fleet-graph-parts", kwargs={"fleet": fleet.slug})),
        list_url=reverse("fleet-collusion", kwargs={"fleet": fleet.slug}),
        all_url=path,
        chart=_chart(fleet, form, now),
        shown=tuple(
            FilterOption(value=each, label=_shown_words(each), is_chosen=each == form.shown)
            for each in SHOWN
        ),
        least=form.least,
        agent=form.agent,
        is_filtered=form.address(path) != path,
    )


def _chart(fleet: Fleet, form: TieForm, now: datetime) -> ChartCard:
    scan = scan_full(fleet=fleet)
    marked = _marked(fleet, scan, now)
    found = Pairs((), 0) if scan is None else _found(fleet, form, scan, marked)
    evidence = _foremost(form.shown, marked.evidence)
    pairs = strongest(found.sums, evidence)
    agents = {pk for pair in pairs for pk in pair[:2]}
    return ties_chart(
        key="fleet-graph",
        title="Pairs of agents",
        summary=_summary(pairs, found.of, len(agents), scan, marked),
        pairs=pairs,
        evidence=evidence,
        agents=fleet.agents.in_bulk(list(agents)),
        placed=marked.placed,
        fleet=fleet.slug,
        height_px=_HEIGHT_PX,
    )


def _foremost(shown: str, evidence: Mapping[Pair, list[str]]) -> Mapping[Pair, list[str]]:
    """Return the kinds of each pair, ahead the one that a person asked to see: it is drawn."""
    return {pair: sorted(kinds, key=lambda kind: kind != shown) for pair, kinds in evidence.items()}


def _marked(fleet: Fleet, scan: CollusionScan | None, now: datetime) -> Marked:
    rings = list(rings_standing(fleet=fleet).prefetch_related("agents"))
    evidence = ring_evidence(rings)
    placed: dict[UUID, Placed] = {}
    in_rings: set[Pair] = set()
    for team in teams_in_force(fleet=fleet, now=now).prefetch_related("agents"):
        for pair in map(frozenset, combinations((agent.pk for agent in team.agents.all()), 2)):
            evidence.setdefault(pair, [TEAM])
    for listed in scan.watch if scan else []:
        agents = [UUID(pk) for pk in listed["agents"]]
        placed |= dict.fromkeys(agents, Placed(NodeRole.WATCHED, "Watched, no accusation"))
        for pair in map(frozenset, combinations(agents, 2)):
            evidence.setdefault(pair, [WATCHED])
    for ring in rings:
        members = sorted(ring.agents.all(), key=lambda agent: agent.name)
        names = list_words([agent.name for agent in members])
        fact = f"In a ring, {ring_mark(ring).label.lower()}: {names}"
        placed |= {agent.pk: Placed(NodeRole.MEMBER, fact) for agent in members}
        in_rings.update(map(frozenset, combinations((agent.pk for agent in members), 2)))
    return Marked(evidence, in_rings, placed)


def _found(fleet: Fleet, form: TieForm, scan: CollusionScan, marked: Marked) -> Pairs:
    """Return the pairs asked for: those that are accused are there however seldom they work."""
    wanted = _wanted(form.shown, marked)
    among = {pk for pair in wanted for pk in pair}
    touching = agents_named(fleet=fleet, search=form.agent) if form.agent else None
    marked_sums = pairs_strongest(
        fleet=fleet,
        since=scan.since,
        until=scan.until,
        among=among,
        touching=touching,
        least=form.least,
        most=_MARKED_MOST,
    ).sums
    of_wanted = tuple(pair for pair in marked_sums if pair_key(pair) in wanted)
    if form.shown:
        return Pairs(of_wanted, len(of_wanted))
    every = pairs_scanned(scan=scan, touching=touching, least=form.least, most=DRAWN_MOST)
    others = (pair for pair in every.sums if pair_key(pair) not in wanted)
    return Pairs((*of_wanted, *others), every.of)


def _wanted(shown: str, marked: Marked) -> Collection[Pair]:
    if not shown:
        return {pair for pair, kinds in marked.evidence.items() if kinds[0] not in UNACCUSED}
    if shown == IN_RINGS:
        return marked.in_rings
    return {pair for pair, kinds in marked.evidence.items() if shown in kinds}


def _summary(
    pairs: list[PairSum], of: int, agents: int, scan: CollusionScan | None, marked: Marked
) -> str:
    if scan is None:
        return "The whole window was not scanned yet."
    window = f"from {day_time(scan.since)} to {day_time(scan.until)} UTC"
    if not pairs:
        return f"No pair that worked together {window} is like that."
    accused = sum(is_accused(pair, marked.evidence) for pair in pairs)
    watched = sum(WATCHED in marked.evidence.get(pair_key(pair), ()) for pair in pairs)
    is_all = of == len(pairs)
    shown = plural(of, "pair") if is_all else f"The strongest {len(pairs)} of {of:,} pairs"
    return (
        f"{shown} that worked together {window}, {plural(agents, 'agent')}: evidence on {accused},"
        f" {watched} watched. The wider a line, the more interactions."
    )


def _shown_words(shown: str) -> str:
    return {"": "All", IN_RINGS: "Inside rings"}.get(shown) or TIE_LOOKS[shown].mark.label
