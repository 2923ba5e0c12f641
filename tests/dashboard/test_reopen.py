from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.models import Task
from governance.services.delivery import answer_tell
from tests.dashboard.deciding import JSON, typed, url
from tests.dashboard.ticket_page import page
from tests.factories import MembershipFactory, UserFactory

if TYPE_CHECKING:
    from django.test import Client

    from escalations.models import Ticket
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

REOPENING = {"version": "2", "idempotency_key": "reopen"}


def page_of(client: Client, ticket: Ticket) -> str:
    text: str = page(client, ticket).content.decode()
    return text


@pytest.fixture
def denied(shop: Shop, people: People, client_of: ClientOf) -> Ticket:
    """A refund that rita has just denied."""
    ticket = shop.refund()
    client_of(people.rita).post(url(ticket), typed(ticket, "deny"))
    return ticket


def test_who_denied_reopens_it_from_the_page(
    denied: Ticket, people: People, client_of: ClientOf
) -> None:
    rita = client_of(people.rita)

    shown = page_of(rita, denied)
    answered = rita.post(url(denied, "reopen"), REOPENING, headers=JSON)
    again = rita.post(url(denied, "reopen"), REOPENING, headers=JSON)

    assert "The agent has not been told yet" in shown
    assert "Reopen</button>" in shown
    assert answered.json()["ticket"]["state"] == "PENDING"
    assert again.content == answered.content


def test_another_reviewer_reads_who_may(
    denied: Ticket, people: People, client_of: ClientOf
) -> None:
    ravi = UserFactory(username="ravi")
    MembershipFactory(user=ravi, fleet=people.fleet, role="reviewer")

    shown = page_of(client_of(ravi), denied)

    assert "Only a manager or an admin may reopen a ticket that somebody else denied" in shown


def test_once_the_agent_knows_the_page_says_so(
    denied: Ticket, people: People, client_of: ClientOf
) -> None:
    answer_tell(task=Task.objects.get(pk=str(denied.task_id)), actor="key:orchestrator")

    shown = page_of(client_of(people.rita), denied)
    refused = client_of(people.rita).post(url(denied, "reopen"), REOPENING, headers=JSON)

    assert "Reopening is off:</b> The agent has the answer already." in shown
    assert "Reopen</button>" not in shown
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_read")


def test_after_five_minutes_the_page_says_so(
    denied: Ticket, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(minutes=5)

    assert "A denial can be reopened for 5 min only." in page_of(client_of(people.rita), denied)
