"""Signing in through a real OpenID Connect provider, in its own thread on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import get_user_model
from django.test import Client

from escalations.services.password_reset import password_was_reset
from governance.models import Event
from tests.dashboard.identity import (
    NAME,
    RITA,
    STRANGER,
    UNPROVEN,
    identity_provider,
    led_to,
    provider_set_up,
    question,
    through,
    vouched,
)
from tests.dashboard.people import PASSWORD
from tests.dashboard.second_factor import app_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import Settings

    from tests.dashboard.people import ClientOf, People

LINK, UNLINK = "/account/security/provider/", "/account/security/provider/end/"
MAIL = "/account/security/mail/"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with identity_provider() as found:
        yield found


@pytest.fixture(autouse=True)
def provider(people: People, settings: Settings, issuer: str) -> None:
    """rita has the mail address that the provider vouches for."""
    provider_set_up(settings, issuer)
    people.rita.email = "Rita@shop.example"
    people.rita.save()


def test_the_question_has_state_nonce_and_a_pkce_challenge() -> None:
    client = Client()

    asked = question(led_to(client.post("/sign-in/provider/")))

    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["nonce"]) == 32
    assert len(asked["state"]) >= 16
    assert asked["redirect_uri"] == "http://testserver/sign-in/provider/callback/"
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}


def test_who_has_a_proven_address_is_signed_in_and_linked(people: People) -> None:
    client = Client()

    response = through(client, RITA, next="/f/shop/tickets/7/")

    assert response["Location"] == "/f/shop/tickets/7/"
    assert client.get("/queue/").status_code == 200
    assert SocialAccount.objects.get().user == people.rita
    assert not SocialToken.objects.exists()
    told = Event.objects.filter(fleet=people.fleet, name__startswith="person.").order_by("seq")
    assert [(event.name, event.payload) for event in told] == [
        ("person.provider_linked", {"username": "rita", "provider": NAME}),
        ("person.signed_in", {"username": "rita", "way": "provider"}),
    ]


def test_the_password_stays_as_it_is(people: People) -> None:
    through(Client(), RITA)

    people.rita.refresh_from_db()
    assert people.rita.check_password(PASSWORD)


def test_once_linked_the_address_does_not_matter(people: People) -> None:
    through(Client(), RITA)
    people.rita.email = ""
    people.rita.save()

    assert through(Client(), RITA)["Location"] == "/queue/"


@pytest.mark.parametrize("who", [STRANGER, UNPROVEN])
def test_nobody_is_made_and_whoever_is_unknown_is_told_whom_to_ask(who: object) -> None:
    people = get_user_model().objects.count()
    client = Client()

    response = through(client, who)

    assert response.status_code == 403
    assert b"Ask an admin of your fleet" in response.content
    assert client.get("/queue/").status_code == 302
    assert get_user_model().objects.count() == people
    assert not SocialAccount.objects.exists()


def test_an_address_that_two_people_have_signs_nobody_in(people: People) -> None:
    people.mona.email = "rita@shop.example"
    people.mona.save()

    assert through(Client(), RITA).status_code == 403


def test_the_code_of_the_app_is_asked_for_all_the_same(people: People) -> None:
    app, _ = app_of(people.rita)
    client = Client()

    response = through(client, RITA)

    assert response["Location"] == "/sign-in/code/"
    assert client.get("/queue/").status_code == 302
    assert client.post("/sign-in/code/", {"code": app.code()})["Location"] == "/queue/"
    told = Event.objects.get(fleet=people.fleet, name="person.signed_in")
    assert told.payload["way"] == "provider and code"


def test_a_closed_account_stays_closed(people: People) -> None:
    through(Client(), RITA)
    people.rita.is_active = False
    people.rita.save()
    client = Client()

    response = through(client, RITA)

    assert response.status_code == 403
    assert b"This account is closed" in response.content


def test_an_answer_to_another_browser_is_refused() -> None:
    back = vouched(led_to(Client().post("/sign-in/provider/")), RITA)
    other = Client()

    response = other.get(back)

    assert response.status_code == 403
    assert other.get("/queue/").status_code == 302


def test_an_answer_is_taken_once() -> None:
    client = Client()
    back = vouched(led_to(client.post("/sign-in/provider/")), RITA)
    client.get(back)
    client.post("/sign-out/")

    assert client.get(back).status_code == 403
    assert client.get("/queue/").status_code == 302


def test_a_token_for_another_question_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    url = led_to(client.post("/sign-in/provider/"))
    asked = question(url)["nonce"]

    response = client.get(vouched(url.replace(asked, "x" * 32), RITA))

    assert response.status_code == 403
    assert client.get("/queue/").status_code == 302


def test_what_is_said_of_another_subject_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(self: object, token: str) -> dict[str, object]:
        return {"sub": "somebody-else", "email": "rita@shop.example", "email_verified": True}

    monkeypatch.setattr(
        "allauth.socialaccount.providers.openid_connect.views.OpenIDConnectOAuth2Adapter"
        "._fetch_user_info",
        said,
    )

    assert through(Client(), RITA).status_code == 403


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?code=x&state=y"])
def test_an_answer_to_nothing_is_refused(query: str) -> None:
    response = Client().get(f"/sign-in/provider/callback/{query}")

    assert response.status_code == 403
    assert b"did not sign you in" in response.content


def test_a_provider_that_is_away_is_told_as_such(settings: Settings) -> None:
    provider_set_up(settings, "http://localhost:1")

    response = Client().post("/sign-in/provider/")

    assert response.status_code == 502
    assert b"did not sign you in" in response.content


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_it_never_leads_to_another_site(target: str) -> None:
    assert through(Client(), RITA, next=target)["Location"] == "/queue/"


def test_linking_takes_the_password(people: People, client_of: ClientOf) -> None:
    client = client_of(people.mona)

    refused = client.post(LINK, {"password": "wrong"})
    asked = client.post(LINK, {"password": PASSWORD})
    done = client.get(vouched(led_to(asked), STRANGER))

    assert (refused.status_code, done["Location"]) == (422, "/account/security/")
    assert SocialAccount.objects.get().user == people.mona
    assert through(Client(), STRANGER)["Location"] == "/queue/"


def test_who_is_linked_to_one_person_is_not_linked_to_another(
    people: People, client_of: ClientOf
) -> None:
    through(Client(), RITA)
    client = client_of(people.mona)

    response = client.get(vouched(led_to(client.post(LINK, {"password": PASSWORD})), RITA))

    assert response.status_code == 403
    assert SocialAccount.objects.get().user == people.rita


def test_it_is_unlinked_again(people: People, client_of: ClientOf) -> None:
    through(Client(), RITA)

    done = client_of(people.rita).post(UNLINK, {"password": PASSWORD})

    assert done["Location"] == "/account/security/"
    assert not SocialAccount.objects.exists()
    assert Event.objects.filter(fleet=people.fleet, name="person.provider_unlinked").exists()


def test_whoever_has_no_password_keeps_the_provider(people: People) -> None:
    client = Client()
    through(client, RITA)
    people.rita.set_unusable_password()
    people.rita.save()
    fresh = Client()
    through(fresh, RITA)

    response = fresh.post(UNLINK)

    assert response.status_code == 409
    assert SocialAccount.objects.exists()


def test_the_sign_in_offers_it(settings: Settings) -> None:
    assert b"Sign in with Shop ID" in Client().get("/sign-in/").content

    settings.OIDC_NAME = ""

    assert b"Sign in with Shop ID" not in Client().get("/sign-in/").content
    assert Client().post("/sign-in/provider/").status_code == 404
    assert Client().get("/sign-in/provider/callback/").status_code == 404


def test_an_address_that_a_person_typed_themselves_signs_nobody_in_as_them(
    people: People, client_of: ClientOf
) -> None:
    people.rita.email = ""
    people.rita.save()
    client_of(people.mona).post(MAIL, {"mail": "rita@shop.example", "password": PASSWORD})

    typed = through(Client(), RITA)
    people.mona.refresh_from_db()
    password_was_reset(user=people.mona)
    proven = through(Client(), RITA)

    assert (people.mona.email, typed.status_code) == ("rita@shop.example", 403)
    assert proven["Location"] == "/queue/"
    assert SocialAccount.objects.get().user == people.mona


def test_who_comes_back_as_another_person_is_told_as_signed_in(
    people: People, client_of: ClientOf
) -> None:
    client = Client()
    led = led_to(client.post("/sign-in/provider/"))
    client.post("/sign-in/", {"username": "mona", "password": PASSWORD})

    client.get(vouched(led, RITA))

    told = Event.objects.filter(fleet=people.fleet, name="person.signed_in").order_by("seq")
    assert [event.payload["username"] for event in told] == ["mona", "rita"]
