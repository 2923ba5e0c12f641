from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session

from governance.models import Event
from governance.selectors.sessions import session_mark
from tests.dashboard.people import PASSWORD

if TYPE_CHECKING:
    from django.test import Client

    from tests.dashboard.people import ClientOf, People

NEW_PASSWORD = "another battery, another staple"


def sign_in(client: Client, username: str = "rita", password: str = PASSWORD, **fields: str) -> Any:
    return client.post("/sign-in/", {"username": username, "password": password, **fields})


def test_signing_in_leads_to_the_queue(people: People, client_of: ClientOf) -> None:
    response = sign_in(client_of(None))

    assert response.status_code == 302
    assert response["Location"] == "/queue/"


def test_signing_in_leads_on_to_the_page_that_was_asked_for(
    people: People, client_of: ClientOf
) -> None:
    response = sign_in(client_of(None), next="/f/shop/tickets/7/")

    assert response["Location"] == "/f/shop/tickets/7/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(
    people: People, client_of: ClientOf, target: str
) -> None:
    response = sign_in(client_of(None), next=target)

    assert response["Location"] == "/queue/"


def test_a_wrong_password_says_so_and_names_nobody(people: People, client_of: ClientOf) -> None:
    known = sign_in(client_of(None), password="wrong")
    unknown = sign_in(client_of(None), username="nobody", password="wrong")

    assert known.status_code == unknown.status_code == 200
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    assert b'role="alert"' in known.content


def test_the_front_door_leads_to_the_queue(people: People, client_of: ClientOf) -> None:
    response = client_of(people.rita).get("/")

    assert response["Location"] == "/queue/"


def test_signing_out_ends_the_session_and_tells_every_open_page(
    people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    mark = session_mark(client.cookies["sessionid"].value)

    response = client.post("/sign-out/")

    ended = Event.objects.get(fleet=people.fleet, name="session.ended")
    assert response["Location"] == "/sign-in/"
    assert client.get("/queue/").status_code == 302
    assert ended.ids == {"user": str(people.rita.pk), "session": mark}


def test_signing_out_twice_is_harmless(people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)
    client.post("/sign-out/")

    response = client.post("/sign-out/")

    assert response["Location"] == "/sign-in/"
    assert Event.objects.filter(name="session.ended", fleet=people.fleet).count() == 1


def test_a_changed_password_ends_every_other_session(people: People, client_of: ClientOf) -> None:
    here, elsewhere = client_of(people.rita), client_of(people.rita)

    response = here.post(
        "/password/",
        {
            "old_password": PASSWORD,
            "new_password1": NEW_PASSWORD,
            "new_password2": NEW_PASSWORD,
        },
    )

    assert response["Location"] == "/queue/"
    assert here.get("/queue/").status_code == 200
    assert elsewhere.get("/queue/").status_code == 302
    assert Event.objects.filter(fleet=people.fleet, name="session.ended").exists()


def test_a_weak_password_is_refused_with_its_reason(people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)

    response = client.post(
        "/password/",
        {"old_password": PASSWORD, "new_password1": "12345678", "new_password2": "12345678"},
    )

    assert response.status_code == 200
    assert b"entirely numeric" in response.content


def test_the_session_cookie_is_out_of_reach_for_scripts(
    people: People, client_of: ClientOf
) -> None:
    client = client_of(None)

    sign_in(client)

    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert Session.objects.count() == 1


def test_a_closed_account_sees_nothing_any_more(people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)
    people.rita.is_active = False
    people.rita.save()

    response = client.get("/f/shop/queue/")

    assert response.status_code == 302
