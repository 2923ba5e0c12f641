from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from escalations.models import Ticket
from governance.domain.ids import id_new
from governance.events import FleetIncidentEnded, FleetIncidentRaised
from governance.models import Agent, Event
from governance.refusals import GoneError
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from tests.escalations.finding import answer

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

SENTENCE = "12 agents changed within a day; by chance at most 3 would. All use model-x."


@transaction.atomic
def raised(fleet: Fleet, *agents: Agent, enforced: bool = True) -> FleetIncidentRaised:
    """Publish what the watch over the fleet publishes about a shared fault."""
    event = FleetIncidentRaised(
        fleet_id=fleet.pk,
        actor="detector",
        incident_id=id_new(),
        sentence=SENTENCE,
        shared=(
            {
                "dimension": "model",
                "value": "model-x",
                "alarming": 12,
                "alarms": 12,
                "fleet": 40,
                "agents": 400,
            },
        ),
        agents=tuple(str(agent.pk) for agent in agents),
        enforced=enforced,
    )
    events_publish(event, now=clock_now())
    return event


@transaction.atomic
def ended(raised_before: FleetIncidentRaised) -> None:
    """Publish what the watch publishes once no more agents change than chance allows."""
    event = FleetIncidentEnded(
        fleet_id=raised_before.fleet_id,
        actor="detector",
        incident_id=raised_before.incident_id,
        sentence="2 agents have changed within the window, which chance allows (up to 3).",
    )
    events_publish(event, now=clock_now())


@pytest.fixture
def ticket(shop: Orchestrator) -> Ticket:
    raised(shop.fleet, shop.agent, shop.agent_new("scout"))
    return Ticket.objects.get(kind="incident")


def test_a_fault_that_many_share_is_one_incident_of_no_agent(ticket: Ticket) -> None:
    assert (ticket.agent, ticket.task, ticket.title) == (
        None,
        None,
        "Many agents of Shop fail together",
    )
    assert ticket.snapshot["findings"][0]["reason"] == SENTENCE
    assert ticket.snapshot["agents"] == ["scout", "shop-bot"]


def test_the_same_incident_told_twice_is_asked_about_once(shop: Orchestrator) -> None:
    event = raised(shop.fleet, shop.agent)

    with transaction.atomic():
        events_publish(event, now=clock_now())

    assert Ticket.objects.filter(kind="incident").count() == 1


def test_even_the_owner_of_the_agents_acknowledges_it(ticket: Ticket, crew: Crew) -> None:
    acknowledged = answer(ticket, crew.lena, "approve").ticket

    assert (acknowledged.state, acknowledged.resolution) == ("RESOLVED", "acknowledged")


def test_an_incident_that_is_over_is_asked_about_no_longer_and_nothing_vanishes(
    shop: Orchestrator, crew: Crew
) -> None:
    event = raised(shop.fleet, shop.agent)

    ended(event)

    ticket = Ticket.objects.get(kind="incident")
    assert (ticket.state, ticket.resolved_by) == ("CANCELLED", "detector")
    assert ticket.reason_text.startswith("The incident is over: 2 agents have changed")
    assert Event.objects.filter(name="ticket.withdrawn").count() == 1
    with pytest.raises(GoneError, match="was withdrawn; nobody waits for an answer"):
        answer(ticket, crew.rita, "approve")


def test_the_end_of_an_incident_that_somebody_acknowledged_changes_nothing(
    shop: Orchestrator, crew: Crew
) -> None:
    event = raised(shop.fleet, shop.agent)
    answer(Ticket.objects.get(kind="incident"), crew.rita, "approve")

    ended(event)

    assert Ticket.objects.get(kind="incident").resolution == "acknowledged"


def test_an_incident_of_a_fleet_in_shadow_is_practice(shop: Orchestrator) -> None:
    raised(shop.fleet, shop.agent, enforced=False)

    assert Ticket.objects.get(kind="incident").practice
