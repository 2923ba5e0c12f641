from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from escalations.models import Ticket
from governance.domain.ids import id_new
from governance.events import FleetIncidentRaised
from governance.models import Agent
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from tests.escalations.finding import answer

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

SENTENCE = "12 agents changed within a day; by chance at most 3 would. All use model-x."


@transaction.atomic
def raised(fleet: Fleet, *agents: Agent) -> FleetIncidentRaised:
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
    )
    events_publish(event, now=clock_now())
    return event


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
