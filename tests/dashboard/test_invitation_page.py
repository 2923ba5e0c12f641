from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from governance.domain.types import Role
from governance.models import Event, Invitation
from governance.selectors.people import membership_role
from governance.services.invitations import invitation_create

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.dashboard.people import ClientOf, People

EMAIL = "nina@shop.example"
NINA = {
    "username": "nina",
    "first_name": "Nina",
    "last_name": "Sol",
    "password": "a kettle of 40 herons",
}


@pytest.fixture
def token(people: People) -> str:
    _, token = invitation_create(
        fleet=people.fleet, user=people.adam, email=EMAIL, role=Role.MANAGER
    )
    return token


def role_of(people: People, user: User) -> Role | None:
    return membership_role(user=user, fleet=people.fleet)


def test_opening_a_link_changes_nothing(people: People, client_of: ClientOf, token: str) -> None:
    before = Event.objects.count()

    answers = [client_of(who).get(f"/invitation/{token}/") for who in (None, people.otto)]

    assert [each.status_code for each in answers] == [200, 200]
    assert Invitation.objects.get().state == "OPEN"
    assert Event.objects.count() == before
    assert role_of(people, people.otto) is None


def test_the_page_says_where_to_as_what_and_by_whom(client_of: ClientOf, token: str) -> None:
    page = client_of(None).get(f"/invitation/{token}/").content.decode()

    assert "Join Shop" in page
    assert "Adam Weiss invites nina@shop.example to be a manager" in page


def test_somebody_new_joins_and_is_signed_in(
    people: People, client_of: ClientOf, token: str
) -> None:
    client = client_of(None)

    answer = client.post(f"/invitation/{token}/", NINA)

    assert (answer.status_code, answer["Location"]) == (302, "/queue/")
    assert client.get("/f/shop/people/").context["people"].members[3].username == "nina"


def test_somebody_signed_in_joins_with_one_press(
    people: People, client_of: ClientOf, token: str
) -> None:
    answer = client_of(people.otto).post(f"/invitation/{token}/")

    assert answer["Location"] == "/f/shop/queue/"
    assert role_of(people, people.otto) is Role.MANAGER


def test_a_member_is_told_that_they_are_one(
    people: People, client_of: ClientOf, token: str
) -> None:
    opened = client_of(people.rita).get(f"/invitation/{token}/")
    answer = client_of(people.rita).post(f"/invitation/{token}/")

    assert b"You are a reviewer of Shop already: this link is for somebody else." in opened.content
    assert b"Join as" not in opened.content
    assert answer.status_code == 409
    assert b"You are a reviewer of Shop already" in answer.content


def test_what_is_not_valid_stands_in_the_form_but_for_the_password(
    client_of: ClientOf, token: str
) -> None:
    answer = client_of(None).post(f"/invitation/{token}/", {**NINA, "password": "herons"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This password is too short" in page
    assert 'value="nina"' in page
    assert "herons" not in page


def test_a_known_address_leads_to_the_sign_in(
    people: People, client_of: ClientOf, token: str
) -> None:
    people.otto.email = EMAIL
    people.otto.save()

    shown = client_of(None).get(f"/invitation/{token}/")
    sent = client_of(None).post(f"/invitation/{token}/", NINA)

    assert f"/sign-in/?next=%2Finvitation%2F{token}%2F" in shown.content.decode()
    assert 'name="password"' not in shown.content.decode()
    assert sent.status_code == 409


def test_a_used_link_and_an_unknown_one_say_so(client_of: ClientOf, token: str) -> None:
    client_of(None).post(f"/invitation/{token}/", NINA)

    used = client_of(None).get(f"/invitation/{token}/")
    unknown = client_of(None).get("/invitation/none/")

    assert (used.status_code, unknown.status_code) == (410, 404)
    assert b"This invitation was used on" in used.content
    assert b"No invitation has this link" in unknown.content


def test_the_address_goes_to_nobody(client_of: ClientOf, token: str) -> None:
    answer = client_of(None).get(f"/invitation/{token}/")

    # It keeps the origin of the form, by which Django tells our forms from others'.
    assert answer["Referrer-Policy"] == "strict-origin"
    assert answer["Cache-Control"] == "no-store"


def test_a_form_of_another_site_joins_nobody(people: People, token: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.otto)

    assert client.post(f"/invitation/{token}/").status_code == 403
    assert role_of(people, people.otto) is None


@pytest.mark.parametrize("enforce", [True, False])
def test_no_log_holds_a_token_that_is_good(
    token: str, caplog: pytest.LogCaptureFixture, enforce: bool
) -> None:
    client = Client(enforce_csrf_checks=enforce)

    with caplog.at_level(logging.DEBUG):
        answer = client.post(f"/invitation/{token}/", {**NINA, "password": "short"})

    assert answer.status_code in {403, 422}
    assert "/invitation/..." in caplog.text
    assert token not in caplog.text
