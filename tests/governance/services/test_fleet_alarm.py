"""Much of a fleet frozen within minutes is one incident, and one until it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from governance.models import BreakerTransition, Event, FleetIncident, Standing
from governance.selectors.drift import incidents_open
from governance.services.fleet_alarm import fleet_alarm_review, fleet_alarms_sweep
from governance.services.probation import breakers_sweep
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from tests.clock import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(shop: Orchestrator) -> Orchestrator:
    """A fleet of ten that has worked well: two of ten are the alarm, three may be frozen."""
    for number in range(9):
        shop.agent_new(f"bot-{number}")
        shop.load(["success"] * 100, agent=f"bot-{number}")
    shop.load(["success"] * 100)
    return shop


def fail(shop: Orchestrator, *names: str) -> None:
    for name in names:
        for _ in range(4):
            shop.report(shop.ask(agent=name).task, "failure")


def test_one_frozen_agent_is_no_alarm_of_the_fleet(crowd: Orchestrator) -> None:
    fail(crowd, "bot-0")

    assert not FleetIncident.objects.exists()


def test_two_of_ten_frozen_within_five_minutes_are_one_incident(
    crowd: Orchestrator, clock: Clock
) -> None:
    fail(crowd, "bot-0")
    clock.forward(minutes=4)
    fail(crowd, "bot-1")

    incident = FleetIncident.objects.get()
    assert incident.sentence.startswith(
        "Detectors froze 2 of 10 agents within 5 min; the fleet's alarm is at 20 %."
    )
    assert incident.kind == "freezes"
    assert {each["dimension"] for each in incident.shared} >= {"owner"}
    assert len(incident.agents) == 2
    assert Event.objects.filter(name="fleet.incident_raised").count() == 1
    ticket = Ticket.objects.get(kind="incident")
    assert ticket.snapshot["findings"][0]["reason"] == incident.sentence


def test_freezes_further_apart_than_the_window_are_no_alarm(
    crowd: Orchestrator, clock: Clock
) -> None:
    fail(crowd, "bot-0")
    clock.forward(minutes=6)
    fail(crowd, "bot-1")

    assert not FleetIncident.objects.exists()


def test_while_it_lasts_it_is_not_raised_again(crowd: Orchestrator, clock: Clock) -> None:
    fail(crowd, "bot-0", "bot-1", "bot-2")
    clock.forward(minutes=20)
    breakers_sweep()
    # On probation now: what comes back together is no news, and neither is what fails again.
    for name in ("bot-0", "bot-1"):
        for _ in range(2):
            crowd.report(crowd.ask(agent=name).task, "failure")

    ended = fleet_alarms_sweep()

    assert BreakerTransition.objects.filter(move="probation_failed").count() == 2
    assert ended == 0
    assert FleetIncident.objects.count() == 1


def test_it_ends_once_less_of_the_fleet_is_restricted_and_may_be_raised_anew(
    crowd: Orchestrator, clock: Clock
) -> None:
    fail(crowd, "bot-0", "bot-1")
    clock.forward(minutes=20)
    breakers_sweep()
    for _ in range(6):
        crowd.report(crowd.ask(agent="bot-0").task)

    ended, again = fleet_alarms_sweep(), fleet_alarms_sweep()
    fail(crowd, "bot-2", "bot-3")

    assert (ended, again) == (1, 0)
    told = Event.objects.get(name="fleet.incident_ended")
    assert told.payload["sentence"].startswith(
        "Detectors freeze, test or supervise 1 of 10 agents, under 20 %"
    )
    assert FleetIncident.objects.filter(ended_at=None).count() == 1
    assert FleetIncident.objects.count() == 2


def test_a_fleet_without_an_alarm_has_none_to_end(shop: Orchestrator) -> None:
    assert not fleet_alarm_review(fleet_id=shop.fleet.pk)


def test_it_is_no_incident_of_drift(crowd: Orchestrator) -> None:
    fail(crowd, "bot-0", "bot-1")

    assert incidents_open(fleet=crowd.fleet) == []


def test_what_is_only_recorded_is_no_alarm(crowd: Orchestrator) -> None:
    crowd.fleet.enforcement = "shadow"
    crowd.fleet.save(update_fields=["enforcement"])

    fail(crowd, "bot-0", "bot-1")

    assert Standing.objects.filter(breaker_state="OPEN").count() == 2
    assert not FleetIncident.objects.exists()


def test_a_trip_over_the_cap_names_what_the_agents_share(crowd: Orchestrator) -> None:
    fail(crowd, "bot-0", "bot-1", "bot-2", "bot-3")

    overflow = BreakerTransition.objects.get(move="overflow")
    assert "Supervised, not frozen: 3 of 10 agents are frozen. " in overflow.reason
    assert overflow.evidence["shared"] == FleetIncident.objects.get().shared
    event = Event.objects.get(name="breaker.overflow")
    assert event.payload["sentence"] == overflow.reason


def test_a_trip_over_the_cap_names_it_without_an_alarm_too(
    crowd: Orchestrator, clock: Clock
) -> None:
    for name in ("bot-0", "bot-1", "bot-2", "bot-3"):
        fail(crowd, name)
        clock.forward(minutes=5)

    overflow = BreakerTransition.objects.get(move="overflow")
    assert not FleetIncident.objects.exists()
    owner = next(each for each in overflow.evidence["shared"] if each["dimension"] == "owner")
    assert (owner["alarming"], owner["alarms"], owner["agents"]) == (4, 4, 10)
