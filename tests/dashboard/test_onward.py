from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.domain.lifecycle import TicketKind
from escalations.domain.queue import Alike, alike_text
from tests.dashboard.rings import ring_new
from tests.dashboard.ticket_page import card

if TYPE_CHECKING:
    from django.test import Client

    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def leads_to(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "no-store"
    return str(answer["Location"])


def test_a_ticket_leads_to_the_next_and_the_last_back_to_the_queue(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    first, second = shop.refund(), shop.refund()
    rita = client_of(people.rita)

    onward = card(rita, first).panel.next_url

    assert onward == f"/queue/next/?left={first.pk}"
    assert leads_to(rita, onward) == f"/f/shop/tickets/{second.number}/"
    shop.withdraw(second)
    assert leads_to(rita, onward) == "/queue/"


def test_the_way_on_keeps_to_what_the_queue_is_narrowed_to(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    first = shop.refund(arguments={"order": 7}, target="order/7")
    shop.refund()
    same = shop.refund(arguments={"order": 7}, target="order/7")
    group = alike_text(Alike(TicketKind.TASK, first.action_digest))
    rita = client_of(people.rita)

    assert leads_to(rita, f"/queue/next/?group={group}&left={first.pk}").endswith(
        f"/tickets/{same.number}/"
    )
    assert leads_to(rita, "/f/shop/queue/next/?view=mine&q=refund") == (
        "/f/shop/queue/?view=mine&q=refund"
    )


def test_a_ring_is_on_the_way_of_a_manager_only(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ring_new()

    ways = [leads_to(client_of(each), "/queue/next/") for each in (people.rita, people.mona)]

    assert ways == ["/queue/", "/f/shop/tickets/1/"]


@pytest.mark.parametrize("left", ["", "4821", "0193a1b2"])
def test_an_address_that_names_no_ticket_leads_to_the_first(
    shop: Shop, people: People, client_of: ClientOf, left: str
) -> None:
    ticket = shop.refund()

    way = leads_to(client_of(people.rita), f"/queue/next/?left={left}")

    assert way == f"/f/shop/tickets/{ticket.number}/"


def test_nobody_is_led_into_a_fleet_of_others(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()

    assert leads_to(client_of(people.otto), "/queue/next/") == "/queue/"
    assert client_of(people.otto).get("/f/shop/queue/next/").status_code == 404
    assert client_of(None).get("/queue/next/")["Location"] == "/sign-in/?next=/queue/next/"
