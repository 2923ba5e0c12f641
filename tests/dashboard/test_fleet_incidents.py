from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.models import Ticket
from governance.domain.types import Result
from governance.events import FleetIncidentEnded
from governance.models import DriftAlarm, FleetIncident, Outcome
from governance.selectors.clock import clock_now
from governance.services.batches import outcomes_load
from governance.services.events import events_publish
from governance.services.schemas import OutcomeItem
from tests.dashboard.incident import SHARED_FAULT, fleet_incident_new, words
from tests.factories import PolicyVersionFactory

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

LIST = "/f/shop/incidents/"


def url(incident: FleetIncident) -> str:
    return f"{LIST}{incident.pk}/"


@transaction.atomic
def ended(incident: FleetIncident) -> None:
    now = clock_now()
    FleetIncident.objects.filter(pk=incident.pk).update(ended_at=now)
    event = FleetIncidentEnded(
        fleet_id=incident.fleet_id,
        actor="detector",
        incident_id=incident.pk,
        sentence="2 agents have changed within the window, which chance allows (up to 3).",
    )
    events_publish(event, now=now)


def alarm(shop: Shop, name: str, *, kind: str = "drift", held: bool = True) -> None:
    now = clock_now()
    item = OutcomeItem(
        task_id=name,
        agent="refund-bot",
        finished_at=now,
        result=Result.FAILURE,
        requested_by="person:1",
    )
    outcomes_load(key=shop.key, items=[item])
    outcome = Outcome.objects.get(task_external_id=name)
    DriftAlarm.objects.create(
        agent=outcome.agent,
        outcome=outcome,
        kind=kind,
        signal="failing",
        sentence="It fails more often.",
        evidence={},
        held=held,
        policy=PolicyVersionFactory(fleet=outcome.fleet),
        since_at=now,
        raised_at=now,
        created_at=now,
    )


def test_the_list_says_what_happened_and_how_many_it_concerns(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = fleet_incident_new()

    page = words(client_of(people.rita), LIST)

    assert "Many agents fail together" in page
    assert SHARED_FAULT in page
    assert "2 agents concerned · 0 alarms held · open for 0 s" in page
    assert url(incident) in client_of(people.rita).get(LIST).content.decode()


def test_an_empty_list_says_that_no_fault_is_shared(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    assert "No fault is shared" in words(client_of(people.mona), LIST)


def test_open_incidents_come_first(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    first = fleet_incident_new()
    clock.forward(minutes=5)
    ended(fleet_incident_new(kind="cost_drift"))

    page = client_of(people.rita).get(LIST).content.decode()

    assert page.index(url(first)) < page.index("What work costs changed together")


def test_an_incident_shows_its_share_its_agents_and_its_ticket(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = fleet_incident_new()
    number = Ticket.objects.get(kind="incident").number

    page = words(client_of(people.mona), url(incident))

    assert SHARED_FAULT in page
    assert "12 of 12 agents concerned" in page
    assert "40 of 400 agents of the fleet" in page
    assert "refund-bot" in page
    assert f"#{number} waits for a person" in page


def test_alarms_of_its_kind_that_were_held_while_it_was_open_are_counted(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    incident = fleet_incident_new()
    clock.forward(minutes=5)
    alarm(shop, "t-1")
    alarm(shop, "t-2", kind="cost_drift")
    alarm(shop, "t-3", held=False)
    clock.forward(minutes=5)
    ended(incident)
    clock.forward(minutes=5)
    alarm(shop, "t-4")

    page = words(client_of(people.rita), url(incident))

    assert "Alarms held 1 of single agents" in page
    assert "Lasted 10 min" in page


def test_agents_frozen_together_hold_no_alarm(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = fleet_incident_new(kind="freezes")

    listed = words(client_of(people.rita), LIST)
    page = words(client_of(people.rita), url(incident))

    assert "2 agents concerned · open for 0 s" in listed
    assert "Much of the fleet was frozen together" in page
    assert "Alarms held" not in page
    ended(incident)
    assert "should many be frozen again" in words(client_of(people.rita), url(incident))


def test_once_it_is_over_the_page_says_so_and_its_ticket_is_withdrawn(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = fleet_incident_new()
    ended(incident)

    page = words(client_of(people.rita), url(incident))
    ticket = words(client_of(people.rita), "/f/shop/tickets/1/")

    assert "Over since" in page
    assert "#1 withdrawn: the incident is over" in page
    assert "The incident is over: 2 agents have changed" in ticket


def test_a_fleet_in_shadow_asks_nobody(shop: Shop, people: People, client_of: ClientOf) -> None:
    incident = fleet_incident_new(enforced=False)

    assert "Nobody was asked" in words(client_of(people.rita), url(incident))


def test_the_navigation_leads_to_the_incidents(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = client_of(people.rita).get("/f/shop/queue/").content.decode()

    assert f'href="{LIST}"' in page


def test_an_incident_of_another_fleet_is_missing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = fleet_incident_new()

    answer = client_of(people.otto).get(f"/f/elsewhere/incidents/{incident.pk}/")

    assert answer.status_code == 404


def test_ticket_and_incident_lead_to_each_other(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, rita = fleet_incident_new(), client_of(people.rita)

    ticket = rita.get("/f/shop/tickets/1/").content.decode()

    assert 'href="/f/shop/tickets/1/"' in rita.get(url(incident)).content.decode()
    assert f'href="{url(incident)}"' in ticket
    assert "Why a person is asked" in ticket
    assert "Why it was denied" not in ticket
