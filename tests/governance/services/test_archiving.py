from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.services.auditor import escalations_audit
from escalations.services.claims import claims_end_due, ticket_claim
from escalations.services.expiry import tickets_expire_due
from governance.domain.types import Environment, Scope
from governance.models import Event, Fleet, Membership, Standing, Task
from governance.refusals import MissingError, UnauthenticatedError
from governance.selectors.access import key_authenticate
from governance.selectors.people import fleet_for_person, fleets_of
from governance.services.archiving import fleet_archive
from governance.services.auditor import governance_audit
from governance.services.breakers import pauses_sweep
from governance.services.cascade_sweeping import cascades_sweep
from governance.services.fleet_alarm import fleet_alarms_sweep
from governance.services.keys import key_create
from governance.services.lapsing import unstarted_sweep
from governance.services.modes import bypasses_sweep
from governance.services.probation import breakers_sweep

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


def test_the_keys_of_an_archived_fleet_no_longer_sign_in(fleet: Fleet, clock: Clock) -> None:
    _, token = key_create(
        fleet=fleet,
        name="shop",
        environment=Environment.PRODUCTION,
        scopes=[Scope.GATE],
        created_by="adam",
    )

    fleet_archive(fleet=fleet, actor="adam", reason="Closed.")

    with pytest.raises(UnauthenticatedError, match="was archived") as refused:
        key_authenticate(token, now=clock())

    assert refused.value.code == "fleet_archived"


def test_its_members_keep_their_membership_and_no_page(fleet: Fleet, crew: Crew) -> None:
    members = Membership.objects.filter(fleet=fleet).count()

    fleet_archive(fleet=fleet, actor="adam", reason="Closed.")

    assert Membership.objects.filter(fleet=fleet).count() == members
    assert fleets_of(user=crew.rita) == []
    with pytest.raises(MissingError):
        fleet_for_person(user=crew.rita, slug="shop")


@pytest.mark.parametrize(
    "sweep",
    [
        breakers_sweep,
        bypasses_sweep,
        cascades_sweep,
        unstarted_sweep,
        pauses_sweep,
        fleet_alarms_sweep,
        tickets_expire_due,
        claims_end_due,
        governance_audit,
        escalations_audit,
    ],
)
def test_nothing_of_it_moves_any_more(
    shop: Orchestrator, crew: Crew, clock: Clock, sweep: Callable[[], int]
) -> None:
    asked, allowed = shop.ask("refund").task, shop.ask("read").task
    ticket = Ticket.objects.get(task=asked)
    ticket_claim(ticket_id=ticket.pk, user=crew.mona, expected_version=ticket.version)
    shop.load(["success"] * 100)
    for _ in range(4):
        shop.report(shop.ask("read").task, "failure")
    fleet_archive(fleet=shop.fleet, actor="adam", reason="Closed.")
    Event.objects.update(pushed_at=clock())
    before = Fleet.objects.get().event_seq
    clock.forward(days=2)

    assert sweep() == 0

    assert Fleet.objects.get().event_seq == before
    assert Standing.objects.get().breaker_state == "OPEN"
    assert Task.objects.get(pk=asked.pk).state == "PENDING"
    # Held since the agent was frozen; that too ends with its time to start, elsewhere.
    assert Task.objects.get(pk=allowed.pk).state == "HELD"


def test_its_last_events_are_pushed_late_and_nothing_is_said_of_it(
    fleet: Fleet, clock: Clock
) -> None:
    fleet_archive(fleet=fleet, actor="adam", reason="Closed.")
    Event.objects.update(pushed_at=None)
    clock.forward(minutes=1)

    found = governance_audit()

    assert found == 0
    assert not Event.objects.filter(pushed_at=None).exists()
    assert not Event.objects.filter(name="auditor.mended").exists()


def test_its_people_lose_the_open_pages(fleet: Fleet, crew: Crew) -> None:
    members = Membership.objects.filter(fleet=fleet).values_list("user_id", flat=True)

    fleet_archive(fleet=fleet, actor="adam", reason="Closed.")

    ended = Event.objects.filter(name="session.ended")
    assert {event.ids["user"] for event in ended} == {str(key) for key in members}


def test_archiving_twice_is_told_once(fleet: Fleet, clock: Clock) -> None:
    first = fleet_archive(fleet=fleet, actor="adam", reason="Closed.")

    again = fleet_archive(fleet=fleet, actor="adam", reason="Closed again.")

    told = Event.objects.get(name="fleet.archived")
    assert again.archived_at == first.archived_at == clock()
    assert told.payload == {"reason": "Closed."}
