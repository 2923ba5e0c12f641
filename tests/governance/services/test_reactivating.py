from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from governance.domain.types import Role
from governance.models import Event
from governance.refusals import ConflictError
from governance.selectors.memberships import role_steps
from governance.selectors.people import fleets_of, membership_role
from governance.services.fleets import (
    fleet_create,
    membership_remove,
    membership_set,
    user_deactivate,
)
from governance.services.reactivating import user_reactivate

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew


def test_whoever_is_taken_back_has_their_roles_again(fleet: Fleet, crew: Crew) -> None:
    other = fleet_create(slug="other", name="Other", admin=crew.adam)
    membership_set(fleet=other, user=crew.rita, role=Role.MANAGER, actor="adam")
    user_deactivate(user=crew.rita, actor="adam")

    back = user_reactivate(user=crew.rita, actor="adam", reason="Is well again.")

    assert {(each.slug, role) for each, role in fleets_of(user=back)} == {
        ("shop", Role.REVIEWER),
        ("other", Role.MANAGER),
    }
    told = Event.objects.filter(name="person.reactivated")
    assert {each.fleet.slug for each in told} == {"shop", "other"}
    assert [(each.actor, each.payload) for each in told] == [
        ("adam", {"username": "rita", "reason": "Is well again."})
    ] * 2


def test_a_removed_membership_does_not_come_back(fleet: Fleet, crew: Crew) -> None:
    membership_remove(fleet=fleet, user=crew.rita, actor="adam")
    user_deactivate(user=crew.rita, actor="adam")

    back = user_reactivate(user=crew.rita, actor="adam")

    assert membership_role(user=back, fleet=fleet) is None


def test_the_browsers_of_before_are_not_signed_in(fleet: Fleet, crew: Crew) -> None:
    browser = Client()
    browser.force_login(crew.rita)
    assert browser.get("/f/shop/people/").status_code == 200
    user_deactivate(user=crew.rita, actor="adam")

    user_reactivate(user=crew.rita, actor="adam")

    assert browser.get("/f/shop/people/").status_code == 302


def test_who_can_sign_in_is_not_taken_back(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError, match="Rita is not deactivated") as refused:
        user_reactivate(user=crew.rita, actor="adam")

    assert refused.value.code == "not_deactivated"
    assert not Event.objects.filter(name="person.reactivated").exists()


def test_it_is_among_the_steps_of_the_persons_role(fleet: Fleet, crew: Crew) -> None:
    user_deactivate(user=crew.rita, actor="adam")
    user_reactivate(user=crew.rita, actor="mona", reason="Is well again.")

    newest, before = role_steps(fleet=fleet, username="rita")[:2]

    assert (newest.name, newest.by, newest.reason) == (
        "person.reactivated",
        "mona",
        "Is well again.",
    )
    assert before.name == "person.deactivated"


def test_the_command_says_where_the_person_is_again(fleet: Fleet, crew: Crew) -> None:
    user_deactivate(user=crew.rita, actor="adam")
    said = StringIO()

    call_command("reactivate_user", "rita", "--reason", "Is well again.", stdout=said)

    assert said.getvalue() == "rita can sign in again: reviewer of shop.\n"
    told = Event.objects.get(name="person.reactivated")
    assert (told.actor, told.payload["reason"]) == ("command line", "Is well again.")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("ritta", "There is no person ritta."), ("rita", "Rita is not deactivated")],
)
def test_the_command_refuses_whom_it_cannot_take_back(
    fleet: Fleet, crew: Crew, name: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("reactivate_user", name, stdout=StringIO())
