"""What an open page tells a person of: how much waits for them, and which tickets call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.services.claims import ticket_claim
from escalations.services.escalating import tickets_escalate_due
from governance.domain.types import Role
from governance.services.fleets import membership_set
from tests.dashboard.people import person

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def calls(client_of: ClientOf, user: User) -> dict[str, Any]:
    said: dict[str, Any] = client_of(user).get("/queue/calls/").json()
    return said


def numbers(client_of: ClientOf, user: User) -> list[str]:
    return [each["url"] for each in calls(client_of, user)["called"]]


def test_a_call_names_the_ticket_and_nothing_the_agent_wants_to_do_with_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    answer = calls(client_of, people.rita)

    assert answer == {
        "waiting": 1,
        "called": [
            {
                "id": str(ticket.pk),
                "url": "/f/shop/tickets/1/",
                "title": "High: ticket #1 in Shop",
                "body": "refund.issue. Decide by 12:30:00 UTC.",
            }
        ],
    }


def test_a_manager_is_called_with_their_level_and_counts_all_that_waits(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    before = calls(client_of, people.mona)
    clock.forward(minutes=15)
    tickets_escalate_due()

    after = calls(client_of, people.mona)

    assert (before["waiting"], before["called"]) == (1, [])
    assert after["called"][0]["body"].endswith("With level 2.")
    assert numbers(client_of, people.rita) == ["/f/shop/tickets/1/"]


def test_what_a_colleague_holds_calls_nobody_else(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    second = person("ben", "Ben", "Berg")
    membership_set(fleet=people.fleet, user=second, role=Role.REVIEWER, actor="adam")

    ticket_claim(ticket_id=ticket.pk, user=second, expected_version=ticket.version)

    assert numbers(client_of, people.rita) == []
    assert numbers(client_of, second) == ["/f/shop/tickets/1/"]


def test_the_owner_of_the_agent_is_never_called(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()

    answer = calls(client_of, people.lena)

    assert answer == {"waiting": 0, "called": []}


def test_the_latest_call_comes_first(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    clock.forward(minutes=1)
    shop.refund()

    assert numbers(client_of, people.rita) == ["/f/shop/tickets/2/", "/f/shop/tickets/1/"]
