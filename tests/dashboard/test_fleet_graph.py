from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from governance.models import Agent, CollusionRing, CollusionScan, DeclaredTeam, Interaction
from tests.clock import NOON
from tests.dashboard.rings import LIST, ring_new

if TYPE_CHECKING:
    from dashboard.cards.fleet_graph import FleetGraph
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

GRAPH = f"{LIST}graph/"
NB = "\N{NO-BREAK SPACE}"
ACCUSED = ("Broker", "Buyer")
WATCHED = ("Agent 1", "Agent 2")


def graph(client: Any, query: str = "") -> FleetGraph:
    card: FleetGraph = client.get(f"{GRAPH}{query}").context["graph"]
    return card


def pairs_of(card: FleetGraph) -> list[tuple[str, str]]:
    return [(row[0].text, row[1].text) for row in card.chart.table.rows]


def evidence_of(card: FleetGraph) -> dict[tuple[str, str], str]:
    return {(row[0].text, row[1].text): row[-1].text for row in card.chart.table.rows}


def together(one: str, other: str) -> int:
    names = {"initiator__name__in": [one, other], "counterparty__name__in": [one, other]}
    return Interaction.objects.filter(**names).count()


@pytest.fixture
def found(shop: Shop) -> None:
    """A ring of Broker and Buyer among 14 agents, two more of whom are watched."""
    ring_new()
    watched = Agent.objects.filter(name__in=WATCHED)
    listed = {"agents": [str(agent.pk) for agent in watched], "checked": 0, "interactions": 9}
    CollusionScan.objects.update(watch=[{**listed, "why": "They work together often."}])


def test_before_a_scan_of_the_whole_window_the_page_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    card = graph(client_of(people.rita))

    assert card.chart.summary == "The whole window was not scanned yet."
    assert card.chart.figure is None


def test_all_pairs_of_the_window_are_there_evidence_first(
    found: None, people: People, client_of: ClientOf
) -> None:
    card = graph(client_of(people.rita))

    # Of 14 agents who pick each other 900 times all 91 pairs work together.
    assert len(pairs_of(card)) == 91
    assert pairs_of(card)[0] == ACCUSED
    assert evidence_of(card)[WATCHED] == "Watched"
    assert evidence_of(card)["Agent 1", "Buyer"] == "No evidence"
    assert f"14{NB}agents: evidence on 1, 1 watched." in card.chart.summary


def test_rings_and_watched_agents_have_marks_of_their_own(
    found: None, people: People, client_of: ClientOf
) -> None:
    figure = graph(client_of(people.rita)).chart.figure

    assert figure is not None
    marks = {trace.get("name"): trace for trace in figure["data"] if "customdata" in trace}
    assert len(marks["In a ring"]["x"]) == len(marks["Watched agent"]["x"]) == 2
    assert len(marks["Other agent"]["x"]) == 10
    assert marks["In a ring"]["hovertext"] == [
        "Broker<br>In a ring, suspected: Broker and Buyer",
        "Buyer<br>In a ring, suspected: Broker and Buyer",
    ]


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("?show=rings", [ACCUSED]),
        ("?show=watched", [WATCHED]),
        ("?show=circular", []),
        ("?agent=broker&show=watched", []),
        ("?agent=nobody", []),
    ],
)
def test_the_address_says_which_pairs_are_shown(
    found: None, people: People, client_of: ClientOf, query: str, pairs: list[tuple[str, str]]
) -> None:
    card = graph(client_of(people.rita), query)

    assert pairs_of(card) == pairs
    assert card.is_filtered
    assert card.parts_url == f"{GRAPH}parts/{query}"


def test_one_agent_is_shown_with_all_it_works_with(
    found: None, people: People, client_of: ClientOf
) -> None:
    pairs = pairs_of(graph(client_of(people.rita), "?agent=broker"))

    assert len(pairs) == 13
    assert all("Broker" in pair for pair in pairs)


def test_pairs_that_seldom_work_together_are_left_out(
    found: None, people: People, client_of: ClientOf
) -> None:
    most = together(*ACCUSED)

    only = graph(client_of(people.rita), f"?least={most}")
    none = graph(client_of(people.rita), f"?least={most + 1}")

    assert pairs_of(only) == [ACCUSED]
    assert pairs_of(none) == []
    assert none.chart.summary.startswith("No pair that worked together from")


def test_what_an_address_does_not_mean_narrows_nothing(
    found: None, people: People, client_of: ClientOf
) -> None:
    card = graph(client_of(people.rita), "?show=everything&least=-3&agent=%00")

    assert len(pairs_of(card)) == 91
    assert not card.is_filtered


def test_the_list_of_rings_leads_to_the_graph(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    assert f'href="{GRAPH}"' in client_of(people.rita).get(LIST).content.decode()


def test_what_a_team_explains_is_said_and_counted_as_no_evidence(
    found: None, people: People, client_of: ClientOf
) -> None:
    team = DeclaredTeam.objects.create(
        fleet=people.fleet, name="Reporting", reason="It is so.", declared_by="mona",
        declared_at=NOON, until=NOON + timedelta(days=1),
    )  # fmt: skip
    team.agents.set(Agent.objects.filter(name__in=("Agent 3", "Agent 4", *ACCUSED)))
    client = client_of(people.rita)

    card = graph(client)

    assert evidence_of(card)["Agent 3", "Agent 4"] == "Explained by a team"
    assert evidence_of(card)[ACCUSED] == "Above what checks say"
    assert "evidence on 1, 1 watched." in card.chart.summary
    assert ("Agent 3", "Agent 4") in pairs_of(graph(client, "?show=team"))


def test_a_pair_is_drawn_as_the_kind_that_was_asked_for(
    found: None, people: People, client_of: ClientOf
) -> None:
    ring = CollusionRing.objects.get()
    other = {**ring.findings[0], "kind": "circular"}
    CollusionRing.objects.update(findings=[*ring.findings, other])
    client = client_of(people.rita)

    every, asked = graph(client), graph(client, "?show=circular")

    assert evidence_of(every)[ACCUSED] == "Above what checks say, Money goes round"
    assert evidence_of(asked)[ACCUSED] == "Money goes round, Above what checks say"
