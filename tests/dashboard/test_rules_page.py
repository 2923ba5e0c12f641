from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import PreApproval, Ticket
from governance.models import Agent, Task
from governance.services.schemas import BlastBody, ToolBody
from governance.services.tools import tool_confirm, tool_put
from tests.dashboard.incident import words
from tests.dashboard.shop import NEWCOMER

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

RULES = "/f/shop/rules/"
JSON = {"Accept": "application/json"}
NOTE = ToolBody(write="M", reversibility="A", reach="N", data="I")


@pytest.fixture
def asked(shop: Shop, people: People) -> Ticket:
    """Return the ticket of a note: Medium, which the new agent needs one approval for."""
    tool, _ = tool_put(key=shop.key, name="shop.note", body=NOTE)
    fleet = people.fleet
    tool_confirm(fleet=fleet, user=people.adam, name=tool.name, sha256=tool.proposed_sha256)
    return note(shop)


def note(shop: Shop, **fields: Any) -> Ticket:
    return shop.ask(
        "shop.note",
        **{
            "agent": NEWCOMER,
            "operation": "note.add",
            "target": "order/1",
            "arguments": {"amount_usd": "18.00", "order": 1, "why": "late"},
            "blast": BlastBody(U="T"),
            "budget_usd": Decimal(1),
            **fields,
        },
    )


def form(ticket: Ticket, **fields: Any) -> dict[str, Any]:
    return {
        "ticket": ticket.number,
        "spend_most_usd": "1",
        "level_most": "MEDIUM",
        "hours": "2",
        "uses_most": "5",
        "reason": "Notes on late orders.",
        "idempotency_key": "k-1",
        **fields,
    }


def made(client_of: ClientOf, user: User, ticket: Ticket, **fields: Any) -> PreApproval:
    """Read a rule aloud and make it, as the two presses on the page do."""
    sent = form(ticket, **fields)
    read = client_of(user).post(f"{RULES}review/", sent).content.decode()
    (digest,) = re.findall(r'name="read" value="(\w+)"', read)
    response = client_of(user).post(f"{RULES}make/", {**sent, "read": digest})
    assert (response.status_code, response["Location"]) == (302, RULES)
    return PreApproval.objects.latest("number")


def test_a_medium_tickets_page_leads_to_a_form_in_which_all_is_fixed(
    asked: Ticket, people: People, client_of: ClientOf
) -> None:
    ticket = client_of(people.mona).get(f"/f/shop/tickets/{asked.number}/").content.decode()
    page = client_of(people.mona).get(f"{RULES}?ticket={asked.number}").content.decode()

    assert f'href="{RULES}?ticket={asked.number}#make"' in ticket
    assert "Pre-approve requests like this" in ticket
    assert "<code>note.add with shop.note in production</code>" in page
    assert re.findall(r'name="(?:least|most|one-of)-\d"[^>]*value="([^"]*)"', page) == [""] * 4
    assert 'name="hours" inputmode="decimal" required value="1"' in page


def test_high_tickets_lead_to_no_rule(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.refund()

    page = client_of(people.mona).get(f"/f/shop/tickets/{ticket.number}/").content.decode()
    made_from = client_of(people.mona).get(f"{RULES}?ticket={ticket.number}")

    assert "Pre-approve requests like this" not in page
    assert made_from.status_code == 404


@pytest.mark.parametrize("press", ["review", "make"])
def test_a_ticket_about_no_task_is_refused_by_both_presses(
    shop: Shop, people: People, client_of: ClientOf, press: str
) -> None:
    shop.freeze()
    sent = form(shop.release())

    refused = client_of(people.mona).post(f"{RULES}{press}/", sent, headers=JSON)

    assert (refused.status_code, refused.json()["field"]) == (422, "ticket")


def test_a_rule_is_read_aloud_before_anything_is_recorded(
    asked: Ticket, people: People, client_of: ClientOf
) -> None:
    sent = form(asked, **{"least-0": "1.00", "most-0": "50.00", "one-of-2": "late\r\nbroken"})

    response = client_of(people.mona).post(f"{RULES}review/", sent)

    page = html.unescape(response.content.decode())
    assert response.status_code == 200
    assert not PreApproval.objects.exists()
    assert "new-bot may run note.add with shop.note on order/1 in production" in page
    assert 'amount_usd 1.00 to 50.00; order 1; why one of "broken", "late"' in page
    assert "at most $1.00 each, up to Medium, at most 5 times, $5.00 in all." in page
    assert "It counts from now on, for 2 h." in page
    assert "Make this rule" in page


def test_a_manager_makes_a_rule_and_everybody_reads_who_why_and_until(
    shop: Shop, asked: Ticket, people: People, client_of: ClientOf
) -> None:
    rule = made(client_of, people.mona, asked, **{"least-0": "1.00", "most-0": "50.00"})
    ticket = note(shop, arguments={"amount_usd": "49.99", "order": 1, "why": "late"})

    page = words(client_of(people.rita), RULES).replace("\xa0", " ")
    decided = words(client_of(people.rita), f"/f/shop/tickets/{ticket.number}/")

    assert (ticket.resolution, ticket.preapproval) == ("approved", rule)
    assert "1 request of at most 5 approved so far" in page
    assert "Notes on late orders." in page
    assert "by Mona Lind" in page
    assert f"from ticket #{asked.number}" in page
    assert "expires in 2 h" in page
    assert "Rule #1 approved this without asking anybody. Made" in decided
    assert f"/f/shop/tickets/{ticket.number}/" in client_of(people.rita).get(RULES).content.decode()


def test_what_was_changed_after_it_was_read_is_not_made(
    asked: Ticket, people: People, client_of: ClientOf
) -> None:
    sent = form(asked)
    read = client_of(people.mona).post(f"{RULES}review/", sent).content.decode()
    (digest,) = re.findall(r'name="read" value="(\w+)"', read)

    response = client_of(people.mona).post(f"{RULES}make/", {**sent, "hours": "8", "read": digest})

    assert response.status_code == 409
    assert "read it again before you commit" in response.content.decode()
    assert not PreApproval.objects.exists()


def test_sent_twice_a_rule_is_made_once(asked: Ticket, people: People, client_of: ClientOf) -> None:
    made(client_of, people.mona, asked)
    made(client_of, people.mona, asked)

    assert PreApproval.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hours": "nine"}, "hours must be a number."),
        ({"hours": "9"}, "hours must be more than 0 and at most 8 h."),
        ({"uses_most": "-1"}, "How often must be a whole number, or nothing."),
        ({"spend_most_usd": "much"}, "spend_most_usd must be an amount such as 12.50"),
        ({"level_most": "HIGH"}, "level_most must be LOW or MEDIUM."),
        ({"least-0": "1.00"}, "arguments.amount_usd must be two numbers"),
        ({"least-0": "1", "most-0": "9", "one-of-0": "3"}, "amount_usd takes one of the two"),
        ({"one-of-1": "many"}, "order takes a number on each line"),
        ({"one-of-1": "true"}, "order takes numbers, as the request has one"),
        ({"reason": ""}, "Say in your words why."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_loses_nothing_that_was_typed(
    asked: Ticket, people: People, client_of: ClientOf, fields: dict[str, str], said: str
) -> None:
    sent = form(asked, **{"one-of-2": "broken", **fields})

    response = client_of(people.mona).post(f"{RULES}review/", sent)

    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert f"Not recorded. {said}" in page
    assert ">broken</textarea>" in page


def test_a_reviewer_proposes_and_a_manager_accepts(
    shop: Shop, asked: Ticket, people: People, client_of: ClientOf
) -> None:
    made(client_of, people.rita, asked)
    waiting = note(shop)

    barred = words(client_of(people.rita), RULES)
    page = words(client_of(people.mona), RULES)
    accepted = client_of(people.mona).post(
        f"{RULES}1/accept/", {"control": "accept", "idempotency_key": "k-2"}, headers=JSON
    )

    assert waiting.state == "PENDING"
    assert "Only a manager or an admin may make, accept or decline a pre-approval rule" in barred
    assert "Proposed 2 Mar 12:00 UTC by Rita Okafor" in page
    assert accepted.json()["then"] == "The rule counts from now on."
    assert note(shop).state == "RESOLVED"
    assert "Proposed by Rita Okafor, accepted" in words(client_of(people.rita), RULES)


def test_a_manager_declines_with_a_reason(
    asked: Ticket, people: People, client_of: ClientOf
) -> None:
    made(client_of, people.rita, asked)
    sent = {"control": "decline", "idempotency_key": "k-2"}

    unexplained = client_of(people.mona).post(f"{RULES}1/decline/", {**sent, "reason": " "})
    client_of(people.mona).post(f"{RULES}1/decline/", {**sent, "reason": "Ask each time."})

    assert unexplained.status_code == 422
    assert "Not recorded. Say in your words why." in unexplained.content.decode()
    page = words(client_of(people.rita), RULES)
    assert "Declined 2 Mar 12:00 UTC by Mona Lind: Ask each time." in page


def test_anybody_revokes_at_once_and_the_second_is_told_who_was_first(
    shop: Shop, asked: Ticket, people: People, client_of: ClientOf
) -> None:
    made(client_of, people.mona, asked)
    ticket = note(shop)
    sent = {"control": "revoke", "reason": "Closed.", "idempotency_key": "k-2"}

    revoked = client_of(people.rita).post(f"{RULES}1/revoke/", sent, headers=JSON)
    second = client_of(people.adam).post(f"{RULES}1/revoke/", sent, headers=JSON)

    assert revoked.json()["then"] == "What it approved and has not started is denied."
    assert second.status_code == 409
    assert Task.objects.get(pk=str(ticket.task_id)).state == "DENIED"
    assert "Revoked 2 Mar 12:00 UTC by Rita Okafor: Closed." in words(
        client_of(people.mona), f"{RULES}parts/"
    )


def test_the_owner_reads_why_not(asked: Ticket, people: People, client_of: ClientOf) -> None:
    Agent.objects.filter(external_id=NEWCOMER).update(owner=people.mona)

    page = words(client_of(people.mona), f"{RULES}?ticket={asked.number}")
    refused = client_of(people.mona).post(f"{RULES}review/", form(asked), headers=JSON)

    assert "You own the agent; somebody else must make a rule for it." in page
    assert refused.json()["code"] == "owns_agent"


def test_the_page_says_what_is_over(
    asked: Ticket, people: People, client_of: ClientOf, clock: Clock
) -> None:
    empty = words(client_of(people.rita), RULES)
    made(client_of, people.mona, asked)
    clock.forward(hours=2)

    page = words(client_of(people.rita), RULES)

    assert "No rule counts: people are asked about everything." in empty
    assert "Over until 2 Mar 14:00 UTC" in page.replace("\xa0", " ")


def test_the_agents_own_words_are_escaped(
    shop: Shop, asked: Ticket, people: People, client_of: ClientOf
) -> None:
    loud = note(shop, arguments={"<b>x</b>": "<script>\u202e"})

    page = client_of(people.mona).get(f"{RULES}?ticket={loud.number}").content.decode()
    read = client_of(people.mona).post(f"{RULES}review/", form(loud)).content.decode()

    assert "<b>x</b>" not in page + read
    assert "<script>\u202e" not in page + read


def test_the_form_stands_before_the_lists_and_how_to_begin_after_them(
    asked: Ticket, people: People, client_of: ClientOf
) -> None:
    mona = client_of(people.mona)

    came_to_make = mona.get(f"{RULES}?ticket={asked.number}").content.decode()
    came_to_read = mona.get(RULES).content.decode()

    assert came_to_make.index('id="make"') < came_to_make.index("Counting now")
    assert came_to_read.index("Counting now") < came_to_read.index("A rule begins at a request")
