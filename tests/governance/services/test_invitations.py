from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from governance.domain.types import Role
from governance.models import Event, Fleet, Invitation
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, MissingError
from governance.selectors.invitations import invitation_open, invitations_open
from governance.selectors.people import membership_role
from governance.services.fleets import membership_remove, membership_set, user_deactivate
from governance.services.invitations import (
    invitation_accept,
    invitation_create,
    invitation_join,
    invitation_revoke,
)
from tests.clock import Clock
from tests.escalations.people import second_admin

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

    from tests.escalations.people import Crew

PASSWORD = "a kettle of 40 herons"
EMAIL = "nina@shop.example"


def invite(fleet: Fleet, user: User, email: str = EMAIL, role: Role = Role.REVIEWER) -> str:
    _, token = invitation_create(fleet=fleet, user=user, email=email, role=role)
    return token


def accept(token: str, username: str = "nina", password: str = PASSWORD) -> User:
    return invitation_accept(
        token=token,
        username=username,
        first_name="Nina",
        last_name="Sol",
        password=password,
    )


def refused_code(token: str, clock: Clock) -> str:
    with pytest.raises(MissingError) as refused:
        invitation_open(token, now=clock.now)
    return refused.value.code


def test_an_invited_person_joins_with_the_role(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    token = invite(fleet, crew.adam, " Nina@Shop.Example ", Role.MANAGER)

    nina = accept(token)

    assert membership_role(user=nina, fleet=fleet) is Role.MANAGER
    assert (nina.email, nina.check_password(PASSWORD)) == (EMAIL, True)
    assert invitations_open(fleet=fleet, now=clock.now) == []


def test_the_token_has_256_bits_and_only_its_hash_is_kept(fleet: Fleet, crew: Crew) -> None:
    token = invite(fleet, crew.adam)

    # 43 characters of six bits each hold 256 bits.
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    row = Invitation.objects.values().get()
    assert token not in str(row)


def test_an_invitation_is_good_for_one_person(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    token = invite(fleet, crew.adam)
    accept(token)

    with pytest.raises(MissingError, match=r"was used on 2026-03-02 at 12:00 UTC"):
        accept(token, "oona")
    with pytest.raises(MissingError, match="was used"):
        invitation_join(token=token, user=crew.otto)


def test_somebody_who_can_sign_in_joins_by_it(fleet: Fleet, crew: Crew) -> None:
    token = invite(fleet, crew.adam)

    invitation_join(token=token, user=crew.otto)

    assert membership_role(user=crew.otto, fleet=fleet) is Role.REVIEWER


def test_a_member_does_not_change_roles_by_it(fleet: Fleet, crew: Crew) -> None:
    token = invite(fleet, crew.adam, role=Role.ADMIN)

    with pytest.raises(ConflictError, match="You are a reviewer of Shop already"):
        invitation_join(token=token, user=crew.rita)

    assert membership_role(user=crew.rita, fleet=fleet) is Role.REVIEWER


def test_a_known_address_signs_in_first(fleet: Fleet, crew: Crew) -> None:
    crew.otto.email = "Otto@Elsewhere.Example"
    crew.otto.save()
    token = invite(fleet, crew.adam, "otto@elsewhere.example")

    with pytest.raises(ConflictError, match="sign in and open this link again"):
        accept(token, "otto2")


def test_a_closed_account_keeps_its_address(fleet: Fleet, crew: Crew) -> None:
    crew.otto.email, crew.otto.is_active = "otto@elsewhere.example", False
    crew.otto.save()
    token = invite(fleet, crew.adam, "otto@elsewhere.example")

    with pytest.raises(ConflictError, match="if it was closed, ask for an invitation to another"):
        accept(token, "otto2")


def test_a_link_that_no_longer_holds_says_why(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    revoked, _ = invitation_create(
        fleet=fleet, user=crew.adam, email="a@shop.example", role=Role.REVIEWER
    )
    expired = invite(fleet, crew.adam, "b@shop.example")
    invitation_revoke(fleet=fleet, user=crew.adam, invitation_id=revoked.pk)
    again = invitation_revoke(fleet=fleet, user=crew.adam, invitation_id=revoked.pk)
    clock.forward(days=7)

    assert again.ended_by == "adam"
    assert refused_code(expired, clock) == "invitation_expired"
    assert refused_code("nothing", clock) == "invitation_unknown"
    assert Event.objects.filter(name="person.invitation_revoked").count() == 1


def test_a_revoked_link_lets_nobody_join(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    made, token = invitation_create(fleet=fleet, user=crew.adam, email=EMAIL, role=Role.REVIEWER)
    invitation_revoke(fleet=fleet, user=crew.adam, invitation_id=made.pk)

    assert refused_code(token, clock) == "invitation_revoked"
    with pytest.raises(MissingError, match="was revoked"):
        accept(token)


def test_a_used_invitation_is_not_revoked(fleet: Fleet, crew: Crew) -> None:
    made, token = invitation_create(fleet=fleet, user=crew.adam, email=EMAIL, role=Role.REVIEWER)
    accept(token)

    with pytest.raises(ConflictError, match="nina joined by this invitation"):
        invitation_revoke(fleet=fleet, user=crew.adam, invitation_id=made.pk)
    with pytest.raises(MissingError, match="There is no invitation"):
        invitation_revoke(fleet=fleet, user=crew.adam, invitation_id=uuid4())


@pytest.mark.parametrize("end", ["demoted", "removed", "deactivated"])
def test_an_invitation_ends_with_the_right_to_invite(
    fleet: Fleet, crew: Crew, clock: Clock, end: str
) -> None:
    anna = second_admin(fleet)
    token = invite(fleet, anna)
    ends: dict[str, Callable[[], object]] = {
        "demoted": lambda: membership_set(fleet=fleet, user=anna, role=Role.MANAGER, actor="adam"),
        "removed": lambda: membership_remove(fleet=fleet, user=anna, actor="adam"),
        "deactivated": lambda: user_deactivate(user=anna, actor="adam"),
    }
    ends[end]()

    assert refused_code(token, clock) == "invitation_void"


def test_nobody_joins_a_fleet_that_is_over(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    token = invite(fleet, crew.adam)
    Fleet.objects.filter(pk=fleet.pk).update(archived_at=clock.now)

    assert refused_code(token, clock) == "invitation_void"


def test_a_member_is_not_invited(fleet: Fleet, crew: Crew) -> None:
    crew.rita.email = "Rita@Shop.Example"
    crew.rita.save()

    with pytest.raises(ConflictError, match="Rita has this address and is a reviewer of Shop"):
        invite(fleet, crew.adam, "rita@shop.example")


def test_one_address_is_invited_once_at_a_time(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    invite(fleet, crew.adam)

    with pytest.raises(
        ConflictError, match="invited already, as a reviewer, until 2026-03-09 12:00"
    ):
        invite(fleet, crew.adam, EMAIL.upper())
    clock.forward(days=7)
    assert invite(fleet, crew.adam)


def test_a_fleet_invites_fifty_people_a_day(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    tokens = [invite(fleet, crew.adam, f"p{number}@shop.example") for number in range(50)]

    with pytest.raises(ConflictError, match="invited 50 people in 24 h"):
        invite(fleet, crew.adam)
    clock.forward(hours=24)
    assert len({*tokens, invite(fleet, crew.adam)}) == 51


def test_only_an_admin_invites_and_revokes(fleet: Fleet, crew: Crew) -> None:
    made, _ = invitation_create(fleet=fleet, user=crew.adam, email=EMAIL, role=Role.REVIEWER)

    with pytest.raises(ForbiddenError, match="Only an admin may add people"):
        invite(fleet, crew.mona, "x@shop.example")
    with pytest.raises(ForbiddenError, match="Only an admin may add people"):
        invitation_revoke(fleet=fleet, user=crew.mona, invitation_id=made.pk)


@pytest.mark.parametrize(
    "email", ["", "nina", "nina@", "a b@shop.example", f"{'x' * 250}@a.example"]
)
def test_what_is_no_address_is_refused(fleet: Fleet, crew: Crew, email: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        invite(fleet, crew.adam, email)

    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("username", {"username": "no spaces"}),
        ("username", {"username": "x" * 151}),
        ("first_name", {"first_name": " "}),
        ("last_name", {"last_name": "a\nb"}),
        ("password", {"password": "short"}),
        ("password", {"password": "nina@shop.example"}),
    ],
)
def test_a_person_with_a_field_that_is_not_valid_is_not_made(
    fleet: Fleet, crew: Crew, field: str, changed: dict[str, str]
) -> None:
    token = invite(fleet, crew.adam)
    typed = {
        "username": "nina", "first_name": "Nina", "last_name": "Sol", "password": PASSWORD
    }  # fmt: skip

    with pytest.raises(InvalidFieldError) as refused:
        invitation_accept(token=token, **{**typed, **changed})

    assert refused.value.field == field
    assert changed.get("password", "-") not in str(refused.value.value)


def test_a_name_that_differs_by_capitals_is_taken(fleet: Fleet, crew: Crew) -> None:
    token = invite(fleet, crew.adam)

    with pytest.raises(ConflictError, match="A person RITA exists already"):
        accept(token, "RITA")


def test_the_log_names_no_address(fleet: Fleet, crew: Crew) -> None:
    accept(invite(fleet, crew.adam))

    told = list(Event.objects.filter(name__startswith="person.").values("name", "payload", "actor"))
    assert [(each["name"], each["actor"]) for each in told] == [
        ("person.invited", "adam"),
        ("person.joined", "nina"),
    ]
    assert "@" not in str(told)
