"""What a ticket says of who was told of it outside the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dashboard.cards.told import ToldCard
from tests.dashboard.deciding import typed, url
from tests.dashboard.incident import words
from tests.dashboard.ticket_page import card
from tests.escalations.noticing import Courier, channel_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import Settings

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


@pytest.fixture
def rita(people: People, settings: Settings, clock: Clock) -> User:
    """Rita at noon, told by mail after 1 min."""
    settings.EMAIL_HOST = "mail.example"
    people.rita.email = "rita@shop.example"
    people.rita.save()
    channel_of(people.rita)
    return people.rita


def told(client_of: ClientOf, user: User, number: int = 1) -> ToldCard:
    response = client_of(user).get(f"/f/shop/tickets/{number}/")
    found = response.context["ticket"].told
    assert isinstance(found, ToldCard)
    return found


def test_each_message_is_a_sentence_with_its_state(
    shop: Shop, rita: User, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    before = told(client_of, rita)
    clock.forward(minutes=1)
    Courier().round()

    after = told(client_of, rita)

    assert (before.summary, before.lines[0].sentence) == (
        "1 on the way.",
        "mail to Rita Okafor: is sent 12:01 UTC.",
    )
    assert (after.summary, after.lines[0].sentence) == (
        "1 delivered.",
        "mail to Rita Okafor: delivered 12:01 UTC.",
    )
    assert before.sign != after.sign


def test_a_decision_before_the_message_is_told_as_the_reason(
    shop: Shop, rita: User, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    rita_here = client_of(rita)
    rita_here.post(url(ticket), typed(ticket, "deny"))

    page = words(rita_here, "/f/shop/tickets/1/")

    assert "Told outside the browser as of 12:00:00 UTC 1 not sent." in page
    assert "mail to Rita Okafor: not sent, decided before" in page


def test_where_nobody_has_a_channel_the_ticket_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    found = card(client_of(people.rita), ticket).told

    assert found is not None
    assert (found.summary, found.lines) == ("Nobody: on screen alone.", ())


def test_the_time_alone_is_no_difference(
    shop: Shop, rita: User, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    before = told(client_of, rita)
    clock.forward(seconds=5)

    after = told(client_of, rita)

    assert (before.sign, before.at < after.at) == (after.sign, True)
