"""What confirmed rings impose on an agent that is in several, and what clearing one leaves."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import pytest
from django.db.models import Sum

from escalations.models import Ticket
from governance.domain.collusion.states import RingState
from governance.models import Agent, AgentAccount, CollusionRing, Interaction
from governance.selectors.clock import clock_now
from governance.selectors.collusion import rings_imposing
from governance.services.ring_verdicts import ring_clear
from tests.escalations.finding import answer
from tests.governance.services.colluding import members_set, two_pairs

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


class Overlap(NamedTuple):
    """Two confirmed rings that share Buyer and Broker, the second confirmed three hours later."""

    first: CollusionRing
    second: CollusionRing


def agent(name: str) -> Agent:
    return Agent.objects.get(name=name)


def received(name: str, *others: str) -> Decimal:
    """Return what an agent received from these others."""
    paid = Interaction.objects.filter(counterparty__name=name, initiator__name__in=others)
    return Decimal(paid.aggregate(usd=Sum("value_usd"))["usd"] or 0)


def penalised(name: str) -> Decimal:
    return AgentAccount.objects.get(agent__name=name).penalised


@pytest.fixture
def overlap(fleet: Fleet, crew: Crew, clock: Clock) -> Overlap:
    first, second = two_pairs(fleet, clock)
    members_set(second, agent("Agent 1"), agent("Agent 2"), agent("Buyer"), agent("Broker"))
    for ring in (first, second):
        ticket = Ticket.objects.get(kind="collusion", subject=ring.pk)
        answer(ticket, crew.mona, "confirm")
        clock.forward(hours=3)
    first.refresh_from_db()
    second.refresh_from_db()
    assert [ring.state for ring in (first, second)] == [RingState.CONFIRMED] * 2
    return Overlap(first, second)


def test_who_is_in_two_rings_bears_the_longer_penalty(overlap: Overlap) -> None:
    (of_first,), (of_second,) = overlap.first.penalties, overlap.second.penalties

    until = {agent(name).penal_until for name in ("Buyer", "Broker", "Agent 1")}
    assert until == {datetime.fromisoformat(of_second["until"])}
    assert of_first["until"] < of_second["until"]
    assert rings_imposing(agents=[agent("Buyer")]) == {agent("Buyer").pk: overlap.second.pk}


def test_clearing_one_ring_leaves_what_the_other_imposes(
    fleet: Fleet, crew: Crew, overlap: Overlap
) -> None:
    ring_clear(fleet=fleet, ring_id=overlap.second.pk, user=crew.mona, reason="Wrong checks.")

    (of_first,) = overlap.first.penalties
    assert agent("Buyer").penal_until == datetime.fromisoformat(of_first["until"])
    assert agent("Agent 1").penal_until is None
    assert rings_imposing(agents=[agent("Buyer"), agent("Agent 1")]) == {
        agent("Buyer").pk: overlap.first.pk
    }


def test_no_dollar_is_fined_by_both_rings(fleet: Fleet, crew: Crew, overlap: Overlap) -> None:
    others = ("Broker", "Agent 1", "Agent 2")
    assert penalised("Buyer") == received("Buyer", *others)

    ring_clear(fleet=fleet, ring_id=overlap.second.pk, user=crew.mona, reason="Wrong checks.")
    assert penalised("Buyer") == received("Buyer", "Broker")

    ring_clear(fleet=fleet, ring_id=overlap.first.pk, user=crew.mona, reason="Wrong checks.")
    assert penalised("Buyer") == Decimal(0)


def test_dollars_given_back_with_the_ring_that_was_fined_first_stay_given_back(
    fleet: Fleet, crew: Crew, overlap: Overlap
) -> None:
    ring_clear(fleet=fleet, ring_id=overlap.first.pk, user=crew.mona, reason="Wrong checks.")

    assert penalised("Buyer") == received("Buyer", "Agent 1", "Agent 2")
    assert rings_imposing(agents=[agent("Buyer")]) == {agent("Buyer").pk: overlap.second.pk}


def test_who_joined_a_ring_that_was_judged_before_is_led_to_the_one_that_imposes(
    fleet: Fleet, crew: Crew, overlap: Overlap
) -> None:
    overlap.second.agents.add(agent("Agent 5"))
    overlap.first.agents.add(agent("Agent 2"))

    found = rings_imposing(agents=[agent("Agent 5"), agent("Agent 2")])

    assert found == {agent("Agent 2").pk: overlap.second.pk}


def test_a_penalty_that_is_over_counts_no_longer(
    fleet: Fleet, crew: Crew, overlap: Overlap, clock: Clock
) -> None:
    # Of the first 14 days are over then, the second lasts for two hours more.
    clock.forward(days=13, hours=19)

    ring_clear(fleet=fleet, ring_id=overlap.second.pk, user=crew.mona, reason="Wrong checks.")

    assert agent("Buyer").penal_until is None


def test_a_penalty_lasts_until_its_time(overlap: Overlap) -> None:
    buyer, now = agent("Buyer"), clock_now()

    penalty = buyer.penalty(now)

    assert penalty == (buyer.penal_until, 0.5)
    assert buyer.penalty(now + timedelta(days=14)) is None
    assert agent("Agent 5").penalty(now) is None
