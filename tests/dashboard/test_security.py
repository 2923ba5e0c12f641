from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from dashboard.cards.security import SeatLine
from governance.models import Event
from governance.selectors.sessions import session_mark
from tests.dashboard.deciding import JSON
from tests.dashboard.people import PASSWORD

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from tests.dashboard.people import ClientOf, People

PAGE, END, MAIL = "/account/security/", "/account/security/sessions/end/", "/account/security/mail/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.0 Mobile/15E148 Safari/604.1"
)


def browser(user_agent: str, address: str = "192.0.2.7") -> Client:
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    client.post("/sign-in/", {"username": "rita", "password": PASSWORD})
    return client


def seats(client: Client) -> tuple[SeatLine, ...]:
    found: Any = client.get(PAGE).context["security"].seats
    return tuple(found)


def test_each_browser_is_listed_with_its_device_and_address(people: People) -> None:
    here = browser(FIREFOX)
    browser(PHONE, "198.51.100.9")

    found = [(seat.device, seat.address, seat.is_this) for seat in seats(here)]

    assert found == [
        ("Firefox 143 on Linux", "192.0.2.7", True),
        ("Safari 18 on iPhone", "198.51.100.9", False),
    ]


def test_one_of_them_is_signed_out_and_the_others_are_not(people: People) -> None:
    here, phone = browser(FIREFOX), browser(PHONE)
    key = phone.cookies["sessionid"].value
    [other] = [seat for seat in seats(here) if not seat.is_this]

    response = here.post(END, {"session": str(other.id)})

    assert response["Location"] == f"{PAGE}#sessions"
    assert phone.get("/queue/").status_code == 302
    assert here.get("/queue/").status_code == 200
    ended = Event.objects.get(fleet=people.fleet, name="session.ended")
    assert ended.ids == {"user": str(people.rita.pk), "session": session_mark(key)}
    assert key not in str(ended.ids)


def test_all_others_are_signed_out_at_once(people: People) -> None:
    here, *others = browser(FIREFOX), browser(PHONE), browser(PHONE, "198.51.100.9")

    answer = here.post(END, {"session": "others"}, headers=JSON)

    assert answer.json()["ended"] == 2
    assert [each.get("/queue/").status_code for each in (here, *others)] == [200, 302, 302]
    assert len(seats(here)) == 1


def test_signing_out_this_one_leads_to_the_sign_in(people: People) -> None:
    here = browser(FIREFOX)

    here.post(END, {"session": str(seats(here)[0].id)})

    assert here.get(PAGE)["Location"] == f"/sign-in/?next={PAGE}"


def test_nobody_ends_the_session_of_somebody_else(people: People, client_of: ClientOf) -> None:
    here = browser(FIREFOX)
    session = seats(here)[0].id

    response = client_of(people.mona).post(END, {"session": str(session)}, headers=JSON)

    assert response.status_code == 404
    assert here.get("/queue/").status_code == 200


@pytest.mark.parametrize("session", ["", "all", "-1", "²"])
def test_which_session_must_be_said(people: People, client_of: ClientOf, session: str) -> None:
    response = client_of(people.rita).post(END, {"session": session}, headers=JSON)

    assert (response.status_code, response.json()["field"]) == (422, "session")


def test_what_ended_by_itself_is_not_listed(people: People) -> None:
    here, phone = browser(FIREFOX), browser(PHONE)
    phone.post("/sign-out/")

    assert len(seats(here)) == 1


def test_a_page_costs_no_write_while_the_session_was_seen_lately(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    here = browser(FIREFOX)
    here.get("/keys/")
    before = UserSession.objects.get()

    # The session, its person: what any page of a signed-in person asks.
    with django_assert_num_queries(2):
        here.get("/keys/")

    assert UserSession.objects.get().last_seen_at == before.last_seen_at


def test_a_page_after_five_minutes_is_seen(people: People) -> None:
    here = browser(FIREFOX)
    session = here.session
    session["seen_at"] = timezone.now().timestamp() - 301
    session.save()
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=6))

    here.get("/queue/")

    assert timezone.now() - UserSession.objects.get().last_seen_at < timedelta(minutes=1)


def test_a_changed_password_leaves_this_session_alone_on_the_list(people: People) -> None:
    here = browser(FIREFOX)
    browser(PHONE)
    new = "another battery, another staple"

    here.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    assert [seat.is_this for seat in seats(here)] == [True]
    assert Event.objects.filter(fleet=people.fleet, name="person.password_changed").exists()


def test_the_mail_address_takes_the_password(people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)

    refused = client.post(MAIL, {"mail": "rita@shop.example", "password": "wrong"})
    missing = client.post(MAIL, {"mail": "rita@shop.example"}, headers=JSON)
    done = client.post(MAIL, {"mail": " rita@shop.example ", "password": PASSWORD})

    people.rita.refresh_from_db()
    assert (refused.status_code, missing.json()["field"]) == (422, "password")
    assert b"rita@shop.example" in refused.content
    assert done["Location"] == f"{PAGE}#mail"
    assert people.rita.email == "rita@shop.example"
    told = Event.objects.get(fleet=people.fleet, name="person.mail_changed")
    assert told.payload == {"username": "rita"}


@pytest.mark.parametrize(
    "typed", ["rita", "a@b\nc.example", "MONA@shop.example", "a" * 260 + "@b.example"]
)
def test_an_address_that_cannot_be_is_refused(
    people: People, client_of: ClientOf, typed: str
) -> None:
    people.mona.email = "mona@shop.example"
    people.mona.save()

    response = client_of(people.rita).post(
        MAIL, {"mail": typed, "password": PASSWORD}, headers=JSON
    )

    assert (response.status_code, response.json()["field"]) == (422, "mail")


def test_the_fifth_wrong_password_ends_the_session(people: People, client_of: ClientOf) -> None:
    client = client_of(people.rita)

    answers = [client.post(MAIL, {"mail": "", "password": "wrong"}).status_code for _ in range(5)]

    assert answers == [422, 422, 422, 422, 302]
    assert client.get(PAGE).status_code == 302
