from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.domain.types import Role
from governance.models import Event, Fleet
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.selectors.people import fleets_of, membership_role
from governance.services.fleets import fleet_create, membership_set
from governance.services.members import member_change, member_deactivate, member_remove
from tests.escalations.people import second_admin

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.escalations.people import Crew


def change(
    fleet: Fleet,
    user: User,
    username: str = "rita",
    role: Role = Role.MANAGER,
    seen: Role = Role.REVIEWER,
    reason: str = "Takes over the shift.",
) -> None:
    member_change(fleet=fleet, user=user, username=username, role=role, seen=seen, reason=reason)


def remove(fleet: Fleet, user: User, username: str, seen: Role = Role.REVIEWER) -> None:
    member_remove(fleet=fleet, user=user, username=username, seen=seen, reason="Left.")


def deactivate(fleet: Fleet, user: User, username: str, seen: Role = Role.REVIEWER) -> None:
    member_deactivate(fleet=fleet, user=user, username=username, seen=seen, reason="Left.")


def test_an_admin_gives_a_role_with_a_reason(fleet: Fleet, crew: Crew) -> None:
    change(fleet, crew.adam)

    assert membership_role(user=crew.rita, fleet=fleet) is Role.MANAGER
    told = Event.objects.filter(name="membership.changed").latest("seq")
    assert told.payload == {
        "username": "rita", "role": "manager", "reason": "Takes over the shift."
    }  # fmt: skip


def test_only_an_admin_manages_people(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ForbiddenError, match="Only an admin may add people"):
        change(fleet, crew.mona)
    with pytest.raises(ForbiddenError, match="Only an admin may add people"):
        remove(fleet, crew.mona, "rita")
    with pytest.raises(ForbiddenError, match="Only an admin may add people"):
        deactivate(fleet, crew.rita, "mona", Role.MANAGER)


def test_nobody_raises_their_own_role(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ForbiddenError, match="Only an admin may add people"):
        change(fleet, crew.rita, "rita", Role.ADMIN)

    assert membership_role(user=crew.rita, fleet=fleet) is Role.REVIEWER


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_move_needs_a_reason_of_some_words(fleet: Fleet, crew: Crew, reason: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        change(fleet, crew.adam, reason=reason)

    assert refused.value.field == "reason"


def test_a_role_that_changed_meanwhile_is_looked_at_again(fleet: Fleet, crew: Crew) -> None:
    change(fleet, crew.adam)

    with pytest.raises(ConflictError, match="Rita is a manager by now; the page showed a reviewer"):
        change(fleet, crew.adam, role=Role.ADMIN)
    with pytest.raises(ConflictError, match="Rita is a manager by now"):
        remove(fleet, crew.adam, "rita")


def test_the_role_a_member_has_is_no_change(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(InvalidFieldError, match="Rita is a reviewer already"):
        change(fleet, crew.adam, role=Role.REVIEWER)


def test_nobody_of_the_fleet_is_nobody(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError, match="otto is no member of Shop"):
        change(fleet, crew.adam, "otto")


def test_an_admin_steps_down_where_another_stays(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError, match="Adam is the last admin of shop"):
        change(fleet, crew.adam, "adam", Role.MANAGER, Role.ADMIN)
    second_admin(fleet)
    change(fleet, crew.adam, "adam", Role.MANAGER, Role.ADMIN)

    assert membership_role(user=crew.adam, fleet=fleet) is Role.MANAGER
    with pytest.raises(ForbiddenError):
        change(fleet, crew.adam, "adam", Role.ADMIN, Role.MANAGER)


def test_the_last_admin_is_not_removed(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ConflictError, match="Adam is the last admin of shop"):
        remove(fleet, crew.adam, "adam", Role.ADMIN)


def test_a_removed_member_keeps_the_other_fleets(fleet: Fleet, crew: Crew) -> None:
    other = fleet_create(slug="other", name="Other", admin=crew.adam)
    membership_set(fleet=other, user=crew.rita, role=Role.REVIEWER, actor="adam")

    remove(fleet, crew.adam, "rita")

    assert [found for found, _ in fleets_of(user=crew.rita)] == [other]


def test_a_deactivated_member_belongs_nowhere(fleet: Fleet, crew: Crew) -> None:
    deactivate(fleet, crew.adam, "rita")

    crew.rita.refresh_from_db()
    assert not crew.rita.is_active
    assert Event.objects.get(name="person.deactivated").payload["reason"] == "Left."


def test_it_takes_an_admin_of_every_fleet_to_deactivate(fleet: Fleet, crew: Crew) -> None:
    other = fleet_create(slug="other", name="Other", admin=crew.otto)
    membership_set(fleet=other, user=crew.rita, role=Role.REVIEWER, actor="otto")

    with pytest.raises(ForbiddenError, match="also belongs to a fleet that you do not admin"):
        deactivate(fleet, crew.adam, "rita")
    membership_set(fleet=other, user=crew.adam, role=Role.ADMIN, actor="otto")
    deactivate(fleet, crew.adam, "rita")

    crew.rita.refresh_from_db()
    assert not crew.rita.is_active


def test_nobody_deactivates_themselves(fleet: Fleet, crew: Crew) -> None:
    with pytest.raises(ForbiddenError, match="Nobody deactivates themselves"):
        deactivate(fleet, crew.adam, "adam", Role.ADMIN)
