from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.models import Agent, CollusionRing, Interaction
from tests.dashboard.rings import ring_new, ring_url

if TYPE_CHECKING:
    from dashboard.cards.chart import ChartCard
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def graph_of(ring: CollusionRing, client: Any) -> ChartCard:
    card: ChartCard = client.get(ring_url(ring.pk)).context["ring"].graph
    return card


def rows_of(card: ChartCard) -> list[tuple[str, ...]]:
    return [tuple(cell.value or cell.text for cell in row) for row in card.table.rows]


def in_step(ring: CollusionRing, *targets: UUID) -> None:
    """Let the ring's members be accused of calling on targets in step, besides."""
    finding = {
        **ring.findings[0],
        "kind": "lockstep",
        "targets": [str(target) for target in targets],
    }
    ring.findings = [*ring.findings, finding]
    ring.save()


def test_members_are_drawn_with_what_moved_between_them(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    among = Interaction.objects.filter(
        initiator__name__in=["Buyer", "Broker"], counterparty__name__in=["Buyer", "Broker"]
    )
    moved = sum(each.value_usd or 0 for each in among)

    card = graph_of(ring, client_of(people.rita))

    (row,) = rows_of(card)
    assert row[:4] == ("Broker", "Buyer", str(among.count()), f"{moved:.6f}")
    assert row[-1].startswith("Above what")
    assert card.summary.startswith("2\N{NO-BREAK SPACE}members: ")
    assert "evidence on 1 of 1\N{NO-BREAK SPACE}pair." in card.summary


def test_whom_they_call_on_in_step_stands_beside_them(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    target = Agent.objects.get(name="Agent 1")
    in_step(ring, target.pk)

    card = graph_of(ring, client_of(people.rita))

    evidence = {row[:2]: row[-1] for row in rows_of(card)}
    assert set(evidence) == {("Broker", "Buyer"), ("Agent 1", "Broker"), ("Agent 1", "Buyer")}
    assert evidence["Agent 1", "Buyer"] == "In step"
    assert "and 1\N{NO-BREAK SPACE}agent they call on in step" in card.summary
    assert card.figure is not None
    assert [trace["name"] for trace in card.figure["data"][-2:]] == ["Other agent", "In a ring"]


def test_the_page_loads_what_draws_and_its_parts_bring_the_figure_anew(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    client = client_of(people.rita)

    page = client.get(ring_url(ring.pk)).content.decode()
    parts = client.get(f"{ring_url(ring.pk)}parts/").content.decode()

    assert "plotly-basic.min.js" in page
    assert 'data-part="ring-graph-figure"' in parts
    assert "plotly-basic.min.js" not in parts
