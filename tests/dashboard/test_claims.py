from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from escalations.models import Ticket
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

JSON = {"Accept": "application/json"}


def url(ticket: Ticket, move: str = "claim") -> str:
    return f"/f/shop/tickets/{ticket.number}/{move}/"


def holder(client: Client, ticket: Ticket) -> str:
    row = client.get(f"/f/shop/tickets/{ticket.number}/row/").context["row"]
    return row.claim.name if row.claim else ""


def test_a_claim_shows_everybody_who_works_on_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).post(url(ticket), {"version": "1"}, headers=JSON)

    assert response.json()["ticket"]["version"] == 2
    assert holder(client_of(people.mona), ticket) == "Rita Okafor"


def test_without_scripts_a_claim_leads_to_the_ticket(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).post(url(ticket), {"version": "1"}, follow=True)

    assert response.redirect_chain == [("/f/shop/tickets/1/", 302)]
    assert "Claimed by you" in response.content.decode()


def test_letting_go_puts_the_ticket_back(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    client.post(url(ticket), {"version": "1"})

    client.post(url(ticket, "release-claim"), {"version": "2"})

    assert holder(client, ticket) == ""


def test_an_open_page_keeps_the_claim_alive(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    client.post(url(ticket), {"version": "1"})
    clock.forward(minutes=9)

    response = client.post(url(ticket), {"renew": "1"}, headers=JSON)
    clock.forward(minutes=9)

    assert response.status_code == 200
    assert holder(client, ticket) == "Rita Okafor"


def test_a_page_left_open_loses_the_claim_when_it_says_nothing(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    client = client_of(people.rita)
    client.post(url(ticket), {"version": "1"})
    clock.forward(minutes=10)

    response = client.post(url(ticket), {"renew": "1"}, headers=JSON)

    assert (response.status_code, response.json()["code"]) == (409, "not_claimed")
    assert holder(client, ticket) == ""


def test_a_second_person_is_told_who_holds_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client_of(people.rita).post(url(ticket), {"version": "1"})

    response = client_of(people.lena).post(url(ticket), {"version": "2"})

    assert response.status_code == 423
    assert "Rita Okafor works on ticket #1" in response.content.decode()


def test_a_manager_takes_over(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.refund()
    client_of(people.rita).post(url(ticket), {"version": "1"})

    client_of(people.mona).post(url(ticket), {"version": "2", "take_over": "1"}, headers=JSON)

    assert holder(client_of(people.rita), ticket) == "Mona Lind"


def offered(client: Client, ticket: Ticket) -> bool:
    """Return whether the page offers to take the claim over."""
    return "Take over" in client.get(f"/f/shop/tickets/{ticket.number}/").content.decode()


def test_the_page_offers_a_manager_to_take_over(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    client_of(people.rita).post(url(ticket), {"version": "1"})

    assert offered(client_of(people.mona), ticket)
    assert not offered(client_of(people.rita), ticket)


def test_the_page_offers_it_to_a_peer_once_the_holder_is_away(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    client_of(people.mona).post(url(ticket), {"version": "1"})
    at_once = offered(client_of(people.rita), ticket)

    clock.forward(seconds=91)

    assert (at_once, offered(client_of(people.rita), ticket)) == (False, True)


def test_the_page_offers_it_to_nobody_who_could_not_decide(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    client_of(people.rita).post(url(ticket), {"version": "1"})
    clock.forward(seconds=91)

    # lena owns the agent.
    assert not offered(client_of(people.lena), ticket)


@pytest.mark.parametrize("kind", ["task", "incident"])
def test_a_person_who_is_barred_sees_why_instead_of_a_button(
    shop: Shop, people: People, client_of: ClientOf, kind: str
) -> None:
    ticket = shop.refund() if kind == "task" else shop.attempt()

    row = client_of(people.lena).get(f"/f/shop/tickets/{ticket.number}/row/").context["row"]

    assert row.why_no_claim in {"You own refund-bot.", "You own new-bot."}
