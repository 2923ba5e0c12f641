"""Who else has a ticket open: known while their pages are open, to the fleet's people alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync

from dashboard.consumers.live import ticket_named
from dashboard.pages import presence
from dashboard.pages.presence import look
from governance import feed
from tests.dashboard.live_socket import connected

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

    from escalations.models import Ticket
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

ALONE = ""


def said(client: Any, ticket: Ticket) -> str:
    answer = client.get(f"/f/shop/tickets/{ticket.number}/looking/")
    assert answer.status_code == 200
    words: str = answer.context["words"]
    return words


def opened(ticket: Ticket, *who: Any, fleet: str = "shop") -> list[str | None]:
    """Say that these people have the ticket open, one after the other."""
    return [look(fleet=fleet, ticket_id=ticket.pk, user_key=str(each.pk)) for each in who]


@pytest.mark.django_db(transaction=True)
def test_a_page_of_a_ticket_is_told_when_somebody_else_opens_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    path = f"/ws/f/shop/?ticket={shop.refund().pk}"

    @async_to_sync
    async def signs() -> tuple[str, str]:
        async with connected(people.rita, path) as first:
            while "looking" not in (alone := await first.message()):
                pass
            async with connected(people.mona, path) as second:
                while "looking" not in (other := await second.message()):
                    pass
        return alone["looking"], other["looking"]

    alone, other = signs()

    assert alone == ALONE
    assert other != ALONE


def test_others_are_named_and_oneself_is_not(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    opened(ticket, people.rita, people.mona, people.adam)

    assert said(client_of(people.rita), ticket) == (
        "Adam Weiss and Mona Lind are looking at this too."
    )
    assert said(client_of(people.lena), ticket).count(",") == 1
    assert said(client_of(people.rita), shop.refund()) == ""


def test_who_is_no_member_is_never_named(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.refund()
    opened(ticket, people.otto)
    opened(ticket, people.mona, fleet="elsewhere")

    assert said(client_of(people.rita), ticket) == ""


def test_whoever_says_nothing_more_is_gone(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = shop.refund()
    opened(ticket, people.mona)
    monkeypatch.setattr(presence, "GONE_AFTER_S", -1.0)

    assert said(client_of(people.rita), ticket) == ""


def test_without_a_broker_nothing_is_known_and_the_page_works(
    shop: Shop, people: People, client_of: ClientOf, settings: Settings
) -> None:
    ticket = shop.refund()
    opened(ticket, people.mona)
    settings.LIVE_BROKER_URL = "redis://127.0.0.1:1/0"

    assert opened(ticket, people.rita) == [None]
    assert said(client_of(people.rita), ticket) == ""
    assert client_of(people.rita).get(f"/f/shop/tickets/{ticket.number}/").status_code == 200


def test_it_is_forgotten_by_itself(shop: Shop, people: People) -> None:
    ticket = shop.refund()
    opened(ticket, people.mona)

    assert 0 < feed.broker_client().ttl(f"countersign:looking:shop:{ticket.pk}") <= 25


@pytest.mark.parametrize("query", [b"", b"ticket=", b"ticket=1", b"ticket=\xff"])
def test_what_is_no_ticket_in_an_address_names_none(query: bytes) -> None:
    assert ticket_named(query) is None


def test_a_ticket_is_named_by_its_id() -> None:
    wanted = uuid4()

    assert ticket_named(f"ticket={wanted}".encode()) == wanted
