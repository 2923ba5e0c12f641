"""What somebody may do to a ticket, on its page and from the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Role
from governance.services.fleets import membership_set
from tests.dashboard.incident import words
from tests.governance.api.http import key_api, person_api

if TYPE_CHECKING:
    from django.test import Client

    from escalations.models import Ticket
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/tickets/1/rights/"


@pytest.fixture
def ticket(shop: Shop) -> Ticket:
    return shop.refund(requested_by="rita")


def why(client: Client, label: str, person: str = "") -> tuple[str, str]:
    """Return the mark and the sentence of one move."""
    card: Any = client.get(URL, {"person": person} if person else {}).context["rights"]
    (line,) = [each for each in card.lines if each.label == label]
    return line.mark.label, line.sentence


def test_everybody_reads_their_own(ticket: Ticket, people: People, client_of: ClientOf) -> None:
    rita, mona = client_of(people.rita), client_of(people.mona)

    assert why(rita, "Approve") == ("No", "You asked for this task.")
    assert why(mona, "Approve") == ("Yes", "As a manager you may approve or deny a ticket.")
    assert why(mona, "Reopen it") == ("No", "Ticket #1 waits for people already.")
    assert "You are a reviewer of Shop, and may make" in words(rita, URL)


def test_a_manager_asks_about_any_member_in_that_members_words(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    mona = client_of(people.mona)

    page = words(mona, f"{URL}?person=rita")

    assert why(mona, "Approve", "rita") == ("No", "You asked for this task.")
    assert "“you” is Rita Okafor" in page
    assert "Made a reviewer by Adam Weiss" in page


def test_a_reviewer_asks_about_nobody_else(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    rita = client_of(people.rita)

    refused = rita.get(URL, {"person": "mona"})
    own = rita.get(URL, {"person": "rita"})

    assert (refused.status_code, own.status_code) == (403, 200)
    assert (
        "Only a manager or an admin may see what somebody else may do" in refused.content.decode()
    )
    assert refused.context["rights"].is_reader


@pytest.mark.parametrize("person", ["otto", "nobody", "a\x00b", "r" * 400])
def test_whoever_is_no_member_is_not_there(
    ticket: Ticket, people: People, client_of: ClientOf, person: str
) -> None:
    page = client_of(people.mona).get(URL, {"person": person})
    call = person_api(people.mona).send(
        "GET", f"tickets/{ticket.pk}/rights?person={person.replace(chr(0), '%00')}"
    )

    assert page.status_code == 404
    assert (call.status_code, call.json()["code"]) == (404, "member_unknown")
    assert call.json()["field"] == "person"
    assert len(call.json()["value"]) <= 150


def test_it_says_since_when_the_role_is_held_and_who_gave_it(
    ticket: Ticket, people: People, client_of: ClientOf
) -> None:
    membership_set(fleet=people.fleet, user=people.rita, role=Role.MANAGER, actor="adam")

    steps = client_of(people.rita).get(URL).context["rights"].steps

    assert [step.says for step in steps] == [
        "Made a manager by Adam Weiss",
        "Made a reviewer by Adam Weiss",
    ]
    assert steps[0].url.startswith("/f/shop/events/")


def test_the_ticket_leads_there(ticket: Ticket, people: People, client_of: ClientOf) -> None:
    assert f'href="{URL}"' in client_of(people.rita).get("/f/shop/tickets/1/").content.decode()


def test_the_api_answers_the_same(ticket: Ticket, people: People) -> None:
    mona = person_api(people.mona)

    own = mona.get(f"tickets/{ticket.pk}/rights").json()
    others = mona.get(f"tickets/{ticket.pk}/rights?person=rita").json()
    refused = person_api(people.rita).get(f"tickets/{ticket.pk}/rights?person=mona")
    key = key_api(people.fleet).get(f"tickets/{ticket.pk}/rights")

    assert (own["person"], own["role"]) == ("mona", "manager")
    assert {
        "move": "approve",
        "may": False,
        "sentence": "You asked for this task.",
        "code": "requested_it",
    } in others["rights"]
    assert others["role_steps"][0]["by"] == "adam"
    assert (refused.status_code, refused.json()["code"]) == (403, "role_too_low")
    assert (key.status_code, key.json()["code"]) == (403, "person_required")
