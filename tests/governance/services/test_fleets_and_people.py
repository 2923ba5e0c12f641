from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from governance.domain.permissions import Action
from governance.domain.types import Role
from governance.models import Event, Fleet, Membership
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    MissingError,
)
from governance.selectors.people import (
    fleet_for_person,
    fleets_of,
    members_of,
    membership_role,
    person_require,
)
from governance.services.fleets import (
    fleet_create,
    fleet_halt,
    fleet_resume,
    membership_remove,
    membership_set,
    session_end,
    user_create,
    user_deactivate,
)

if TYPE_CHECKING:
    from tests.escalations.people import Crew


def test_a_new_fleet_has_a_policy_a_refresh_and_an_admin(crew: Crew) -> None:
    fleet = fleet_create(slug="new", name="New", admin=crew.adam)

    assert fleet.policy is not None
    assert fleet.refresh is not None
    assert (fleet.policy.number, fleet.refresh.number) == (1, 0)
    assert membership_role(user=crew.adam, fleet=fleet) is Role.ADMIN


def test_a_slug_is_taken_once(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError, match="A fleet shop exists already"):
        fleet_create(slug="shop", name="Other", admin=crew.adam)


@pytest.mark.parametrize(
    ("slug", "name", "field"),
    [
        ("two;x", "Two", "slug"),
        ("two/x", "Two", "slug"),
        ("a b", "Two", "slug"),
        ("", "Two", "slug"),
        ("x" * 65, "Two", "slug"),
        ("zwei-ä", "Two", "slug"),
        ("two", " ", "name"),
        ("two", "T" * 121, "name"),
        ("two", "T\u202eo", "name"),
    ],
)
def test_a_fleet_is_called_what_addresses_and_pages_can_hold(
    crew: Crew, slug: str, name: str, field: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        fleet_create(slug=slug, name=name, admin=crew.adam)

    assert refused.value.field == field


def test_the_command_refuses_a_short_name_that_no_address_can_hold(crew: Crew) -> None:
    with pytest.raises(CommandError, match="A short name has 1 to 64 letters"):
        call_command("create_fleet", "two;x", "--admin", "adam")


def test_a_user_name_is_taken_once(crew: Crew) -> None:
    with pytest.raises(ConflictError, match="A person rita exists already"):
        user_create(username="rita", first_name="R", last_name="O", password="x")


def test_a_new_person_can_sign_in(fleet: Fleet) -> None:
    user = user_create(username="ravi", first_name="R", last_name="N", password="long enough")

    assert user.check_password("long enough")


def test_an_outsider_sees_no_fleet(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(MissingError):
        fleet_for_person(user=crew.otto, slug="shop")


def test_a_fleet_that_does_not_exist_looks_the_same(crew: Crew) -> None:
    with pytest.raises(MissingError, match="no fleet nowhere that you belong to"):
        fleet_for_person(user=crew.rita, slug="nowhere")


def test_a_member_sees_the_fleet_with_the_role(fleet: Fleet, crew: Crew) -> None:
    assert fleet_for_person(user=crew.mona, slug="shop") == (fleet, Role.MANAGER)
    assert fleets_of(user=crew.mona) == [(fleet, Role.MANAGER)]
    assert [member.user.username for member in members_of(fleet=fleet)] == [
        "adam",
        "lena",
        "mona",
        "ravi",
        "rita",
    ]


def test_somebody_who_left_belongs_nowhere(fleet: Fleet, crew: Crew) -> None:
    crew.rita.is_active = False
    crew.rita.save()

    assert membership_role(user=crew.rita, fleet=fleet) is None
    assert fleets_of(user=crew.rita) == []


@pytest.mark.parametrize(
    ("username", "rule"),
    [
        ("otto", "Only members of this fleet may confirm what a tool can do."),
        ("rita", "Only an admin may confirm what a tool can do; you are a reviewer."),
        ("mona", "Only an admin may confirm what a tool can do; you are a manager."),
    ],
)
def test_who_may_not_is_told_the_rule(fleet: Fleet, crew: Crew, username: str, rule: str) -> None:
    with pytest.raises(ForbiddenError) as refused:
        person_require(user=getattr(crew, username), fleet=fleet, action=Action.TOOL_CONFIRM)

    assert (refused.value.code, refused.value.sentence) == ("role_too_low", rule)


def test_who_may_is_let_through(fleet: Fleet, crew: Crew) -> None:
    person_require(user=crew.adam, fleet=fleet, action=Action.TOOL_CONFIRM)


def test_a_role_can_be_changed(fleet: Fleet, crew: Crew) -> None:
    membership_set(fleet=fleet, user=crew.rita, role=Role.MANAGER, actor="adam")

    assert membership_role(user=crew.rita, fleet=fleet) is Role.MANAGER
    assert Membership.objects.filter(user=crew.rita).count() == 1


def test_the_last_admin_stays(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError, match="Adam is the last admin of shop"):
        membership_remove(fleet=fleet, user=crew.adam, actor="adam")
    with pytest.raises(ConflictError, match="name another one first"):
        membership_set(fleet=fleet, user=crew.adam, role=Role.REVIEWER, actor="adam")


def test_an_admin_who_can_no_longer_sign_in_does_not_count(fleet: Fleet, crew: Crew) -> None:
    membership_set(fleet=fleet, user=crew.mona, role=Role.ADMIN, actor="adam")
    user_deactivate(user=crew.mona, actor="adam")

    with pytest.raises(ConflictError, match="Adam is the last admin of shop"):
        membership_remove(fleet=fleet, user=crew.adam, actor="adam")
    with pytest.raises(ConflictError, match="Adam is the last admin of shop"):
        user_deactivate(user=crew.adam, actor="adam")


def test_a_deactivated_account_is_told_of_in_each_of_its_fleets(fleet: Fleet, crew: Crew) -> None:
    other = fleet_create(slug="other", name="Other", admin=crew.adam)
    membership_set(fleet=other, user=crew.rita, role=Role.REVIEWER, actor="adam")

    user_deactivate(user=crew.rita, actor="adam")

    told = Event.objects.filter(name="person.deactivated").values_list("fleet__slug", "payload")
    assert set(dict(told)) == {fleet.slug, "other"}
    assert [payload for _, payload in told] == [{"username": "rita"}] * 2


def test_a_removed_member_loses_the_open_pages(fleet: Fleet, crew: Crew) -> None:
    membership_remove(fleet=fleet, user=crew.rita, actor="adam")
    membership_remove(fleet=fleet, user=crew.rita, actor="adam")

    ended = Event.objects.get(name="session.ended")
    assert ended.ids == {"user": str(crew.rita.pk)}


def test_another_role_closes_the_open_pages(fleet: Fleet, crew: Crew) -> None:
    membership_set(fleet=fleet, user=crew.rita, role=Role.MANAGER, actor="adam")
    membership_set(fleet=fleet, user=crew.rita, role=Role.MANAGER, actor="adam")

    assert Event.objects.get(name="session.ended").ids == {"user": str(crew.rita.pk)}


def test_a_deactivated_person_loses_the_open_pages_and_every_fleet(
    fleet: Fleet, crew: Crew
) -> None:
    call_command("deactivate_user", "rita", stdout=StringIO())

    crew.rita.refresh_from_db()
    assert fleets_of(user=crew.rita) == []
    assert Event.objects.get(name="session.ended").ids == {"user": str(crew.rita.pk)}


def test_the_last_admin_cannot_be_deactivated(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(CommandError, match="Adam is the last admin of shop"):
        call_command("deactivate_user", "adam", stdout=StringIO())

    crew.adam.refresh_from_db()
    assert crew.adam.is_active


def test_nobody_is_deactivated_by_a_wrong_name(fleet: Fleet) -> None:
    with pytest.raises(CommandError, match="There is no person ritta"):
        call_command("deactivate_user", "ritta")


def test_a_sign_out_closes_the_pages_of_every_fleet(fleet: Fleet, crew: Crew) -> None:
    fleet_create(slug="second", name="Second", admin=crew.adam)

    session_end(user=crew.adam)

    assert Event.objects.filter(name="session.ended").count() == 2


def test_a_halt_is_ended_by_a_manager_with_a_reason(fleet: Fleet, crew: Crew) -> None:
    fleet_halt(fleet=fleet, actor="rita", reason="Drill.")
    fleet_halt(fleet=fleet, actor="ravi", reason="Drill again.")

    with pytest.raises(ForbiddenError, match="Only a manager or an admin may resume"):
        fleet_resume(fleet=fleet, user=crew.rita, reason="Over.")
    with pytest.raises(InvalidFieldError, match="needs a reason"):
        fleet_resume(fleet=fleet, user=crew.mona, reason=" ")
    resumed = fleet_resume(fleet=fleet, user=crew.mona, reason="Over.")

    assert resumed.halted_at is None
    assert Event.objects.filter(name="fleet.halted").count() == 1
    with pytest.raises(ConflictError, match="not halted"):
        fleet_resume(fleet=fleet, user=crew.mona, reason="Over.")
