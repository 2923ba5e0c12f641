from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from governance.services.tokens import token_create
from tests.dashboard.deciding import JSON
from tests.dashboard.people import PASSWORD
from tests.dashboard.second_factor import App, app_of
from tests.dashboard.test_second_factor import SET_UP, shown_secret

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries
    from pytest_django.fixtures import Settings

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.mark.parametrize(
    "path", ["/queue/", "/f/shop/queue/", "/account/", "/account/security/", "/password/"]
)
def test_whoever_has_none_is_led_to_its_set_up(
    people: People, client_of: ClientOf, path: str
) -> None:
    assert client_of(people.rita).get(path)["Location"] == SET_UP


def test_a_script_and_the_api_are_told_why(people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)

    page = client.get("/queue/rows/", headers=JSON)
    call = client.get("/api/v1/fleet", headers={"X-Fleet": "shop"})

    for refused in (page, call):
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")


def test_a_token_of_whoever_has_none_is_refused_until_it_is_set_up(
    people: People, clock: Clock
) -> None:
    _, token = token_create(user=people.rita, name="cli", expires_at=clock() + timedelta(days=1))
    script = Client(headers={"Authorization": f"Bearer {token}"})

    before = [script.get("/api/v1/fleet/policy"), script.post("/api/v1/tasks")]
    app_of(people.rita)
    after = script.get("/api/v1/fleet/policy")

    assert [each.status_code for each in before] == [403, 403]
    assert {each.json()["code"] for each in before} == {"second_factor_required"}
    assert "Sign in in a browser and set yours up first" in before[0].json()["detail"]
    assert after.status_code == 200


def test_nobody_decides_before(people: People, client_of: ClientOf) -> None:
    response = client_of(people.rita).post("/f/shop/tickets/1/decide/", {}, headers=JSON)

    assert response.json()["code"] == "second_factor_required"


def test_once_it_is_set_up_everything_is_there(people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)
    page = client.get(SET_UP).content.decode()
    assert "asks everybody for a second factor" in page

    client.post(SET_UP, {"code": App(shown_secret(page)).code(), "password": PASSWORD})

    assert client.get("/queue/").status_code == 200


def test_whoever_signs_in_with_a_code_is_asked_nothing_more(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    app, _ = app_of(people.rita)
    client = Client()
    client.post("/sign-in/", {"username": "rita", "password": PASSWORD})
    client.post("/sign-in/code/", {"code": app.code()})

    assert client.get("/queue/").status_code == 200
    # The session and its person: the session says that there is a second factor.
    with django_assert_num_queries(2):
        client.get("/keys/")


def test_turning_it_off_leads_to_the_set_up_again(people: People, client_of: ClientOf) -> None:
    app, _ = app_of(people.rita)
    elsewhere = client_of(people.rita)
    assert elsewhere.get("/queue/").status_code == 200
    client = Client()
    client.post("/sign-in/", {"username": "rita", "password": PASSWORD})
    client.post("/sign-in/code/", {"code": app.code()})

    client.post("/account/security/app/end/", {"password": PASSWORD})

    assert client.get("/queue/")["Location"] == SET_UP
    assert elsewhere.get("/queue/")["Location"] == "/sign-in/?next=/queue/"


def test_signing_out_is_always_possible(people: People, client_of: ClientOf) -> None:
    assert client_of(people.rita).post("/sign-out/")["Location"] == "/sign-in/"


def test_strangers_sign_in_as_ever(people: People) -> None:
    assert Client().get("/queue/")["Location"] == "/sign-in/?next=/queue/"
    assert Client().get("/sign-in/").status_code == 200
