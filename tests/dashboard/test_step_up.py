from __future__ import annotations

from typing import TYPE_CHECKING

from django.test import Client

from escalations.models import Vote
from governance.models import Event
from tests.dashboard.deciding import JSON, typed, url
from tests.dashboard.people import PASSWORD
from tests.dashboard.second_factor import app_of
from tests.dashboard.ticket_page import card

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def test_approving_takes_the_password(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.purge()
    client = client_of(people.rita)

    asked = client.post(url(ticket), typed(ticket), headers=JSON)
    given = client.post(url(ticket), typed(ticket, password=PASSWORD), headers=JSON)

    assert (asked.status_code, asked.json()["field"]) == (422, "password")
    assert asked.json()["code"] == "reauthentication_required"
    assert given.status_code == 200


def test_the_password_counts_for_five_minutes(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    first, second, third = shop.purge(), shop.purge(), shop.purge()
    client = client_of(people.rita)
    client.post(url(first), typed(first, password=PASSWORD), headers=JSON)

    clock.forward(minutes=5)
    soon = client.post(url(second), typed(second), headers=JSON)
    clock.forward(seconds=1)
    late = client.post(url(third), typed(third), headers=JSON)

    assert (soon.status_code, late.status_code) == (200, 422)


def test_the_form_asks_for_it_only_where_it_is_needed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    critical, high = shop.purge(), shop.refund()
    client = client_of(people.rita)

    before = card(client, critical).panel
    client.post(url(critical), typed(critical, password=PASSWORD))
    after = card(client, critical).panel
    other = card(client, high).panel

    assert (before.asks_password, after.asks_password, other.asks_password) == (
        True,
        False,
        False,
    )


def test_having_just_signed_in_is_proof_enough(shop: Shop) -> None:
    ticket = shop.purge()
    client = Client()
    client.post("/sign-in/", {"username": "rita", "password": PASSWORD})

    response = client.post(url(ticket), typed(ticket), headers=JSON)

    assert response.status_code == 200


def test_whoever_has_no_password_gives_the_code_of_their_app(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge()
    app, _ = app_of(people.rita)
    people.rita.set_unusable_password()
    people.rita.save()
    client = client_of(people.rita)

    page = client.get(f"/f/shop/tickets/{ticket.number}/").content.decode()
    wrong = client.post(url(ticket), typed(ticket, password="000000"), headers=JSON)
    right = client.post(url(ticket), typed(ticket, password=app.code()), headers=JSON)

    assert "The code of your app, to approve what is critical" in page
    assert (wrong.status_code, wrong.json()["code"]) == (422, "reauthentication_failed")
    assert right.status_code == 200


def test_denying_takes_no_password(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.purge()

    response = client_of(people.rita).post(url(ticket), typed(ticket, "deny"), headers=JSON)

    assert response.status_code == 200


def test_a_wrong_password_records_nothing_and_is_never_shown_again(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge()

    response = client_of(people.rita).post(url(ticket), typed(ticket, password="hunter22"))

    page = response.content.decode()
    assert response.status_code == 422
    assert "That is not your password. Nothing was recorded." in page
    assert "hunter22" not in page
    assert not Vote.objects.exists()


def test_the_fifth_wrong_password_in_a_row_ends_the_session(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge()
    client = client_of(people.rita)
    wrong = typed(ticket, password="hunter22")

    answers = [client.post(url(ticket), wrong, headers=JSON).status_code for _ in range(5)]

    assert answers == [422, 422, 422, 422, 401]
    assert client.get("/queue/").status_code == 302
    assert Event.objects.filter(name="session.ended", fleet=people.fleet).exists()


def test_two_people_must_sign(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.purge()
    rita, mona = client_of(people.rita), client_of(people.mona)

    first = rita.post(url(ticket), typed(ticket, password=PASSWORD), headers=JSON).json()
    again = typed(ticket, version="2", password=PASSWORD, idempotency_key="second")
    twice = rita.post(url(ticket), again, headers=JSON).json()
    second = mona.post(url(ticket), again, headers=JSON).json()

    assert first["ticket"]["state"] == twice["ticket"]["state"] == "PENDING"
    assert second["ticket"]["resolution"] == "approved"
