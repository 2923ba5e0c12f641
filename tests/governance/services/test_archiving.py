from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.domain.types import Environment, Scope
from governance.models import Event, Fleet, Membership
from governance.refusals import MissingError, UnauthenticatedError
from governance.selectors.access import key_authenticate
from governance.selectors.people import fleet_for_person, fleets_of
from governance.services.archiving import fleet_archive
from governance.services.keys import key_create

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew


def test_the_keys_of_an_archived_fleet_no_longer_sign_in(fleet: Fleet, clock: Clock) -> None:
    _, token = key_create(
        fleet=fleet,
        name="shop",
        environment=Environment.PRODUCTION,
        scopes=[Scope.GATE],
        created_by="adam",
    )

    fleet_archive(fleet=fleet, actor="adam", reason="Closed.")

    with pytest.raises(UnauthenticatedError):
        key_authenticate(token, now=clock())


def test_its_members_keep_their_membership_and_no_page(fleet: Fleet, crew: Crew) -> None:
    members = Membership.objects.filter(fleet=fleet).count()

    fleet_archive(fleet=fleet, actor="adam", reason="Closed.")

    assert Membership.objects.filter(fleet=fleet).count() == members
    assert fleets_of(user=crew.rita) == []
    with pytest.raises(MissingError):
        fleet_for_person(user=crew.rita, slug="shop")


def test_archiving_twice_is_told_once(fleet: Fleet, clock: Clock) -> None:
    first = fleet_archive(fleet=fleet, actor="adam", reason="Closed.")

    again = fleet_archive(fleet=fleet, actor="adam", reason="Closed again.")

    told = Event.objects.get(name="fleet.archived")
    assert again.archived_at == first.archived_at == clock()
    assert told.payload == {"reason": "Closed."}
