"""What a confirmed ring imposes, wherever an agent is shown; and what its ticket says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from governance.domain.ids import id_new
from governance.models import Agent, CollusionRing, Interaction
from governance.services.ring_verdicts import ring_clear
from tests.dashboard.incident import words
from tests.dashboard.rings import LIST, ring_new, ring_url, rings_more
from tests.dashboard.ticket_page import card
from tests.escalations.finding import answer
from tests.governance.services.colluding import members_set

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

NBSP = "\N{NO-BREAK SPACE}"
UNTIL = f"16{NBSP}Mar 12:00 UTC"


@pytest.fixture
def ring(shop: Shop, people: People) -> CollusionRing:
    """Return a ring of Buyer and of the shop's agent, which has earned tier high."""
    found = ring_new()
    members_set(found, Agent.objects.get(name="Buyer"), Agent.objects.get(external_id="refund-bot"))
    Agent.objects.filter(external_id="refund-bot").update(budget_usd=10_000)
    return found


def ticket_of(ring: CollusionRing) -> Ticket:
    return Ticket.objects.get(kind="collusion", subject=ring.pk)


def plain(words: str) -> str:
    return words.replace(NBSP, " ")


def agent_url() -> str:
    return f"/f/shop/agents/{Agent.objects.get(external_id='refund-bot').pk}/"


def test_the_agent_s_page_says_what_is_imposed_until_when_and_why(
    ring: CollusionRing, people: People, client_of: ClientOf
) -> None:
    before = client_of(people.rita).get(agent_url()).context["agent"]
    answer(ticket_of(ring), people.mona, "confirm")

    response = client_of(people.rita).get(agent_url())

    agent = response.context["agent"]
    assert (before.trust.penalty, before.trust.trust.tier) == (None, "high")
    assert agent.trust.trust.tier == "low"
    assert agent.trust.penalty.sentence == (
        f"Collusion was confirmed: tier low and 50 % of its budget until {UNTIL}."
    )
    assert agent.trust.penalty.url == ring_url(ring.pk)
    assert f'href="{ring_url(ring.pk)}"' in response.text
    assert f", held at tier low until {UNTIL}, from" in agent.summary
    assert agent.limits.because.startswith(
        f"It is held at tier low until {UNTIL}, because collusion was confirmed; it has earned"
        " tier high since"
    )
    assert {line.preset for line in agent.limits.lines} == {"conservative"}
    assert agent.limits.budget_usd == 5_000
    assert agent.limits.budget_note == "50 % of $10,000.00 while the penalty stands"


def test_the_list_of_agents_counts_a_penalised_agent_as_tier_low(
    ring: CollusionRing, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    answer(ticket_of(ring), people.mona, "confirm")

    rows = {row.external_id: row for row in client.get("/f/shop/agents/").context["fleet"].rows}

    row = rows["refund-bot"]
    assert (row.trust.tier, row.budget_usd) == ("low", 5_000)
    assert row.penalty.words == f"held at tier low until {UNTIL}"
    assert row.penalty.sentence in row.sign
    page = words(client, "/f/shop/agents/")
    assert f"Held at tier low until {plain(UNTIL)} · confirmed ring" in page
    for tier, is_listed in (("low", True), ("high", False)):
        found = client.get(f"/f/shop/agents/?tier={tier}").context["fleet"].rows
        assert ("refund-bot" in {each.external_id for each in found}) is is_listed


def test_a_ticket_of_a_penalised_agent_says_so(
    ring: CollusionRing, shop: Shop, people: People, client_of: ClientOf
) -> None:
    asked = shop.refund()
    answer(ticket_of(ring), people.mona, "confirm")

    shown = card(client_of(people.rita), asked)

    assert (shown.agent.trust.tier, shown.agent.budget_usd) == ("low", 5_000)
    assert shown.agent.penalty.url == ring_url(ring.pk)


def test_a_cleared_ring_leaves_nothing_on_any_page(
    ring: CollusionRing, people: People, client_of: ClientOf
) -> None:
    client, ticket = client_of(people.rita), ticket_of(ring)
    answer(ticket, people.mona, "confirm")
    fined = words(client, f"/f/shop/tickets/{ticket.number}/")

    ring_clear(fleet=ring.fleet, ring_id=ring.pk, user=people.mona, reason="Wrong checks.")

    agent = client.get(agent_url()).context["agent"]
    assert (agent.trust.penalty, agent.trust.trust.tier) == (None, "high")
    assert agent.limits.budget_usd == 10_000
    cleared = words(client, f"/f/shop/tickets/{ticket.number}/")
    was = (
        "Its members were put to tier low with less budget for a time, and fined for all they"
        " received from each other, with nothing taken off for what they paid each other."
    )
    assert f"{was} Cleared" not in fined
    assert was in fined
    assert f"{was} Cleared 2 Mar 12:00 UTC: nothing of that stands." in cleared


def test_the_ticket_names_the_sum_that_a_confirmation_fines(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    choices = {
        each.value: each for each in card(client_of(people.mona), ticket_of(ring)).panel.choices
    }

    answer(ticket_of(ring), people.mona, "confirm")

    (penalty,) = CollusionRing.objects.get().penalties
    fined = f"${float(penalty['usd']):,.2f}"
    assert choices["confirm"].does == (
        f"2{NBSP}members: tier low and 50 % of the budget for 14{NBSP}days; fined {fined} in all"
        f" for what they received inside the ring, as of 2{NBSP}Mar 12:00 UTC."
    )


def test_evidence_is_named_in_words_and_checks_are_a_manager_s_to_ask_for(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = ticket_of(ring_new())

    shown = card(client_of(people.rita), ticket)

    assert [line.code for line in shown.reasons] == ["Above what checks say"]
    why_off = {each.value: each.why_off for each in shown.panel.choices}
    assert why_off["verify"] == why_off["confirm"] == "This needs a manager; you are a reviewer."


def test_who_owns_one_of_several_agents_is_said_to(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    Agent.objects.filter(name="Buyer").update(owner=people.lena)
    ticket = ticket_of(ring)
    Ticket.objects.update(snapshot={**ticket.snapshot, "owners": [people.lena.get_username()]})

    barred = card(client_of(people.mona), ticket_of(ring)).panel.barred

    assert barred[0].startswith("not Lena Fischer: owns one of the agents")


def test_the_ranking_says_what_people_made_of_an_agent(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring, client = ring_new(), client_of(people.mona)

    def notes() -> dict[str, str]:
        ranked = client.get(LIST).context["collusion"].ranked
        return {line.agent.name: line.note for line in ranked}

    assert notes()["Buyer"] == "ring suspected"
    answer(ticket_of(ring), people.mona, "dismiss")
    assert notes()["Buyer"] == "in a declared team"
    ring.teams.update(until=ring.opened_at)
    assert notes()["Buyer"] == "ring dismissed"
    assert set(notes().values()) <= {"", "ring dismissed"}


def test_where_nothing_moved_nothing_is_said_to_be_fined(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    Interaction.objects.update(value_usd=None)

    choices = card(client_of(people.mona), ticket_of(ring)).panel.choices

    does = {each.value: each.does for each in choices}["confirm"]
    assert "; no value moved inside the ring to be fined, as of" in does


def test_more_decided_rings_take_no_more_queries(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring = ring_new()
    ticket = ticket_of(ring)
    answer(ticket, people.mona, "confirm")
    ticket.refresh_from_db()
    client = client_of(people.rita)
    client.get("/queue/decided/")
    with CaptureQueriesContext(connection) as one:
        client.get("/queue/decided/")
    rings_more(CollusionRing.objects.get(), 4)
    for number, other in enumerate(CollusionRing.objects.exclude(pk=ring.pk), 101):
        ticket.pk, ticket.id, ticket.number, ticket.subject = None, id_new(), number, other.pk
        ticket.save(force_insert=True)

    with CaptureQueriesContext(connection) as five:
        page = client.get("/queue/decided/")

    assert page.text.count("Collusion? Broker and Buyer") >= 5
    assert len(five) <= len(one)


def test_a_ticket_asked_under_a_penalty_says_when_it_is_over(
    ring: CollusionRing, shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    answer(ticket_of(ring), people.mona, "confirm")
    asked = shop.refund()
    under = card(client, asked).reasons

    ring_clear(fleet=ring.fleet, ring_id=ring.pk, user=people.mona, reason="Wrong checks.")

    over = card(client, asked).reasons
    assert "ring_penalty" in {reason.code for reason in under}
    assert over[:-1] == under
    assert over[-1].sentence == (
        "That penalty is over by now; the question stands as it was asked."
    )


def test_the_agent_s_page_tells_of_its_rings_while_they_stand_and_after(
    ring: CollusionRing, people: People, client_of: ClientOf
) -> None:
    client, ticket = client_of(people.rita), ticket_of(ring)
    suspected = client.get(agent_url()).context["agent"]
    answer(ticket, people.mona, "confirm")
    confirmed = client.get(agent_url()).context["agent"]
    ring_clear(fleet=ring.fleet, ring_id=ring.pk, user=people.mona, reason="Wrong checks.")
    cleared = client.get(agent_url()).context["agent"]

    assert [line.number for line in suspected.tickets] == [ticket.number]
    assert suspected.summary.startswith("Runs freely.")
    assert confirmed.summary.startswith("Breaker closed.")
    told = [(line.mark.label, line.by) for line in cleared.moves[:2]]
    assert told == [("Dismissed", "Mona Lind"), ("Confirmed", "Mona Lind")]
    assert "Wrong checks." in cleared.moves[0].sentence


def test_a_ring_s_ticket_asks_managers_and_says_what_a_dismissal_brings(
    ring: CollusionRing, people: People, client_of: ClientOf
) -> None:
    ticket = ticket_of(ring)
    of_manager, of_reviewer = (card(client_of(who), ticket) for who in (people.mona, people.rita))

    assert of_manager.panel.escalation.may_answer == "Every manager and admin of Shop may answer."
    assert of_manager.why_me == ""
    assert of_reviewer.why_me == (
        "You see this as a reviewer of Shop. The last approval must come from a manager."
    )
    barred = " ".join(of_manager.panel.barred)
    assert "only a manager or an admin decides it" in barred
    assert "last approval" not in barred
    does = {choice.value: choice.does for choice in of_manager.panel.choices}
    assert plain(does["dismiss"]).endswith("a team for 90 days: not watched, not accused.")


def test_clearing_says_before_what_it_brings(
    ring: CollusionRing, people: People, client_of: ClientOf
) -> None:
    answer(ticket_of(ring), people.mona, "confirm")

    page = words(client_of(people.mona), ring_url(ring.pk))

    assert "of fines and what tier and budget it took, and declares them a team for 90 days" in page
