from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from governance.models import Event
from tests.dashboard.people import PASSWORD
from tests.dashboard.second_factor import App, app_of

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People

SET_UP, END, CODES = (
    "/account/security/app/",
    "/account/security/app/end/",
    "/account/security/codes/",
)


def password_right(client: Client, **fields: str) -> Any:
    return client.post("/sign-in/", {"username": "rita", "password": PASSWORD, **fields})


def told(people: People) -> list[str]:
    return list(
        Event.objects.filter(fleet=people.fleet, name__startswith="person.")
        .order_by("seq")
        .values_list("name", flat=True)
    )


def test_the_right_password_leads_to_the_code_and_nobody_is_in_before(people: People) -> None:
    app_of(people.rita)
    client = Client()

    response = password_right(client, next="/f/shop/tickets/7/")

    assert response["Location"] == "/sign-in/code/"
    assert client.get("/queue/").status_code == 302
    assert "person.signed_in" not in told(people)


def test_the_code_leads_on_to_the_page_that_was_asked_for(people: People) -> None:
    app, _ = app_of(people.rita)
    client = Client()
    password_right(client, next="/f/shop/tickets/7/")

    response = client.post("/sign-in/code/", {"code": app.code()})

    assert response["Location"] == "/f/shop/tickets/7/"
    assert client.get("/queue/").status_code == 200
    signed_in = Event.objects.get(fleet=people.fleet, name="person.signed_in")
    assert signed_in.payload == {"username": "rita", "way": "password and code"}


def test_a_code_may_be_typed_with_a_blank(people: People) -> None:
    app, _ = app_of(people.rita)
    client = Client()
    password_right(client)
    code = app.code()

    response = client.post("/sign-in/code/", {"code": f"{code[:3]} {code[3:]}"})

    assert response["Location"] == "/queue/"


def test_a_wrong_code_says_so_and_repeats_nothing(people: People) -> None:
    app_of(people.rita)
    client = Client()
    password_right(client)

    response = client.post("/sign-in/code/", {"code": "123123"})

    assert response.status_code == 422
    assert b'role="alert"' in response.content
    assert b"123123" not in response.content
    assert client.get("/queue/").status_code == 302


def test_a_code_is_taken_once(people: People) -> None:
    app, _ = app_of(people.rita)
    code = app.code()
    first, second = Client(), Client()
    password_right(first)
    password_right(second)

    taken = first.post("/sign-in/code/", {"code": code})
    again = second.post("/sign-in/code/", {"code": code})

    assert (taken.status_code, again.status_code) == (302, 422)


def test_a_recovery_code_stands_in_once(people: People) -> None:
    _, codes = app_of(people.rita)
    first, second = Client(), Client()
    password_right(first)
    password_right(second)

    taken = first.post("/sign-in/code/", {"code": codes[3]})
    again = second.post("/sign-in/code/", {"code": codes[3]})

    assert (taken.status_code, again.status_code) == (302, 422)
    assert "This recovery code was used before" in again.content.decode()
    assert len(codes) == 10
    assert (
        "9\N{NO-BREAK SPACE}recovery codes left."
        in first.get("/account/security/").content.decode()
    )
    signed_in = Event.objects.get(fleet=people.fleet, name="person.signed_in")
    assert signed_in.payload["way"] == "password and recovery code"


def test_nobody_comes_to_the_code_without_a_password(people: People, client_of: ClientOf) -> None:
    assert Client().get("/sign-in/code/")["Location"] == "/sign-in/"
    assert Client().post("/sign-in/code/", {"code": "123123"})["Location"] == "/sign-in/"
    assert client_of(people.rita).get("/sign-in/code/")["Location"] == "/queue/"


def test_wrong_codes_count_like_wrong_passwords(people: People) -> None:
    app, _ = app_of(people.rita)
    client = Client()
    password_right(client)

    answers = [client.post("/sign-in/code/", {"code": "000000"}).status_code for _ in range(5)]
    right = client.post("/sign-in/code/", {"code": app.code()})
    password = password_right(Client())

    assert answers == [422] * 5
    assert (right.status_code, password.status_code) == (429, 429)


def shown_secret(page: str) -> str:
    found = re.search(r'id="app-secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def test_an_app_is_set_up_with_its_code_and_the_password(
    people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    secret = shown_secret(client.get(SET_UP).content.decode())

    done = client.post(SET_UP, {"code": App(secret).code(), "password": PASSWORD})

    page = done.content.decode()
    codes = re.findall(r"<li><code>(\d{10})</code></li>", page)
    assert len(set(codes)) == 10
    assert "shown this once" in page
    assert "data:text/plain" in page
    assert told(people) == ["person.second_factor_on"]
    assert password_right(Client())["Location"] == "/sign-in/code/"


def test_the_page_shows_the_same_secret_until_it_is_used(
    people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    secret = shown_secret(client.get(SET_UP).content.decode())

    refused = client.post(SET_UP, {"code": "000000", "password": PASSWORD})

    assert refused.status_code == 422
    assert shown_secret(refused.content.decode()) == secret
    assert not Authenticator.objects.exists()


def test_the_picture_is_an_image_that_the_page_may_show(
    people: People, client_of: ClientOf
) -> None:
    response = client_of(people.rita).get(SET_UP)

    assert b'src="data:image/svg+xml;base64,' in response.content
    assert "img-src 'self' data:" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("password", ["", "wrong"])
def test_an_app_is_not_set_up_from_an_open_session_alone(
    people: People, client_of: ClientOf, password: str
) -> None:
    client = client_of(people.rita)
    secret = shown_secret(client.get(SET_UP).content.decode())

    response = client.post(SET_UP, {"code": App(secret).code(), "password": password})

    assert response.status_code == 422
    assert not Authenticator.objects.exists()


def test_there_is_one_app(people: People, client_of: ClientOf) -> None:
    app_of(people.rita)

    assert client_of(people.rita).get(SET_UP)["Location"] == "/account/security/"


def test_turning_it_off_takes_the_password(people: People, client_of: ClientOf) -> None:
    app_of(people.rita)
    client = client_of(people.rita)

    refused = client.post(END, {"password": "wrong"})
    done = client.post(END, {"password": PASSWORD})

    assert (refused.status_code, done["Location"]) == (422, "/account/security/")
    assert not Authenticator.objects.exists()
    assert told(people)[-1] == "person.second_factor_off"
    assert password_right(Client())["Location"] == "/queue/"


def test_the_command_takes_it_off_and_ends_every_session(
    people: People, client_of: ClientOf
) -> None:
    app_of(people.rita)
    here = client_of(people.rita)
    assert here.get("/queue/").status_code == 200

    call_command("reset_second_factor", "rita", stdout=io.StringIO())

    assert here.get("/queue/")["Location"] == "/sign-in/?next=/queue/"
    assert told(people)[-1] == "person.second_factor_off"
    with pytest.raises(CommandError, match="rita has no second factor"):
        call_command("reset_second_factor", "rita", stdout=io.StringIO())


def test_new_recovery_codes_make_the_old_ones_worthless(
    people: People, client_of: ClientOf
) -> None:
    _, codes = app_of(people.rita)

    made = client_of(people.rita).post(CODES, {"password": PASSWORD}).content.decode()

    new = re.findall(r"<li><code>(\d{10})</code></li>", made)
    client = Client()
    password_right(client)
    old = client.post("/sign-in/code/", {"code": codes[0]})
    fresh = client.post("/sign-in/code/", {"code": new[0]})
    assert (old.status_code, fresh.status_code) == (422, 302)
    assert "person.recovery_codes_made" in told(people)


def test_without_an_app_there_are_no_recovery_codes(people: People, client_of: ClientOf) -> None:
    assert client_of(people.rita).post(CODES, {"password": PASSWORD}).status_code == 409


def test_secrets_are_stored_encrypted(people: People) -> None:
    _, codes = app_of(people.rita)

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert not any(code in stored for code in codes)
    assert "gAAAA" in stored


def test_no_event_holds_a_code_or_an_address(people: People) -> None:
    _, codes = app_of(people.rita)
    client = Client()
    password_right(client)
    client.post("/sign-in/code/", {"code": "000000"})
    client.post("/sign-in/code/", {"code": codes[0]})

    kept = str(list(Event.objects.values_list("payload", "ids")))

    assert codes[0] not in kept
    assert "127.0.0.1" not in kept
