"""Two at one invitation, at each other, or with one recovery code, at the same instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator

from governance.domain.types import Role
from governance.models import Fleet, Invitation, Membership
from governance.services.invitations import invitation_accept, invitation_create, invitation_revoke
from governance.services.members import member_change, member_deactivate, member_remove
from governance.services.second_factor import code_check
from tests.dashboard.second_factor import app_of
from tests.escalations.people import second_admin
from tests.racing import at_once, refusals_of
from tests.waiting import behind

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

    from tests.escalations.people import Crew

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(5)


def accept(token: str, username: str) -> object:
    return invitation_accept(
        token=token,
        username=username,
        first_name="Nina",
        last_name="Sol",
        password="a kettle of 40 herons",
    )


def test_of_two_who_accept_at_once_one_joins(fleet: Fleet, crew: Crew) -> None:
    def duel(number: int) -> list[str]:
        email = f"p{number}@shop.example"
        _, token = invitation_create(fleet=fleet, user=crew.adam, email=email, role=Role.REVIEWER)
        answers = at_once(
            lambda: accept(token, f"nina{number}"), lambda: accept(token, f"oona{number}")
        )
        return [error.code for error in refusals_of(answers)]

    assert [duel(number) for number in ROUNDS] == [["invitation_used"]] * len(ROUNDS)


def test_one_address_is_invited_once_by_two_at_once(fleet: Fleet, crew: Crew) -> None:
    def duel(number: int) -> list[str]:
        def invite() -> object:
            return invitation_create(
                fleet=fleet,
                user=crew.adam,
                email=f"p{number}@shop.example",
                role=Role.REVIEWER,
            )

        return [error.code for error in refusals_of(at_once(invite, invite))]

    assert [duel(number) for number in ROUNDS] == [["invited_already"]] * len(ROUNDS)


def test_whoever_joins_while_it_is_revoked_is_in_or_out_but_not_both(
    fleet: Fleet, crew: Crew
) -> None:
    def duel(number: int) -> bool:
        made, token = invitation_create(
            fleet=fleet, user=crew.adam, email=f"p{number}@shop.example", role=Role.REVIEWER
        )
        at_once(
            lambda: accept(token, f"nina{number}"),
            lambda: invitation_revoke(fleet=fleet, user=crew.adam, invitation_id=made.pk),
        )
        joined = Membership.objects.filter(user__username=f"nina{number}").exists()
        return joined is (Invitation.objects.get(pk=made.pk).state == "JOINED")

    assert [duel(number) for number in ROUNDS] == [True] * len(ROUNDS)


@pytest.mark.parametrize("move", ["change", "remove", "deactivate"])
def test_two_admins_who_end_each_other_leave_one(fleet: Fleet, crew: Crew, move: str) -> None:
    anna = second_admin(fleet)
    services: dict[str, Callable[[User, str], object]] = {
        "change": lambda user, username: member_change(
            fleet=fleet,
            user=user,
            username=username,
            role=Role.REVIEWER,
            seen=Role.ADMIN,
            reason="Race.",
        ),
        "remove": lambda user, username: member_remove(
            fleet=fleet, user=user, username=username, seen=Role.ADMIN, reason="Race."
        ),
        "deactivate": lambda user, username: member_deactivate(
            fleet=fleet, user=user, username=username, seen=Role.ADMIN, reason="Race."
        ),
    }

    answers = at_once(
        lambda: services[move](crew.adam, anna.username),
        lambda: services[move](anna, crew.adam.username),
    )

    assert len(refusals_of(answers)) == 1
    left = Membership.objects.filter(fleet=fleet, role="admin", user__is_active=True)
    assert left.count() == 1


def test_of_two_who_give_one_recovery_code_at_once_one_gets_in(fleet: Fleet, crew: Crew) -> None:
    _, codes = app_of(crew.rita)
    proofs: list[Authenticator] = []

    second = behind(
        lambda: proofs.append(code_check(user=crew.rita, code=codes[0])),
        lambda: code_check(user=crew.rita, code=codes[0]),
    )

    assert [proof.type for proof in proofs] == [Authenticator.Type.RECOVERY_CODES]
    assert second.waited
    assert getattr(second.answer, "code", None) == "recovery_code_used"
