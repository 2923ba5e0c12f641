"""The event log and the page of one event."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.pages import event_page as pages
from dashboard.pages.event_links import back_read
from escalations.models import Ticket
from governance.models import Event
from governance.services.breakers import agent_freeze
from tests.dashboard.incident import fleet_incident_new, words
from tests.dashboard.shop import AGENT
from tests.escalations.answering import deny
from tests.factories import TaskFactory

if TYPE_CHECKING:
    from django.test import Client

    from dashboard.cards.events import EventLog, EventPage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/events/"


def log(client: Client, query: str = "") -> EventLog:
    shown: EventLog = client.get(f"{URL}{query}").context["events"]
    return shown


def event_page(client: Client, seq: int, query: str = "") -> EventPage:
    shown: EventPage = client.get(f"{URL}{seq}/{query}").context["event"]
    return shown


def last(name: str) -> Event:
    return Event.objects.filter(fleet__slug="shop", name=name).latest("seq")


def denied(shop: Shop, people: People, clock: Clock) -> Ticket:
    clock.forward(minutes=1)
    ticket = shop.refund()
    clock.forward(minutes=1)
    deny(ticket, people.rita)
    return ticket


def names(shown: EventLog) -> list[str]:
    return [row.name for row in shown.rows]


def test_the_log_tells_what_happened_newest_first_in_words(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = denied(shop, people, clock)

    text = words(client_of(people.mona), URL)

    assert f"Ticket #{ticket.number}: denied by Rita" in text
    assert "The order is paid back." in text
    shown = log(client_of(people.mona))
    seqs = [row.seq for row in shown.rows]
    assert seqs == sorted(seqs, reverse=True)
    people.fleet.refresh_from_db()
    assert seqs[0] == people.fleet.event_seq


def test_a_row_leads_to_its_ticket_and_its_agent(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = denied(shop, people, clock)

    (row,) = log(client_of(people.mona), "?name=ticket.resolved").rows

    assert [(link.about, link.url) for link in row.links] == [
        ("agent", f"/f/shop/agents/{ticket.agent_id}/"),
        ("ticket", f"/f/shop/tickets/{ticket.number}/"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?name=ticket.resolved", {"ticket.resolved"}),
        ("?kind=decision", {"ticket.resolved"}),
        ("?kind=decision&name=task.*", set()),
        (f"?name=ticket.resolved&agent={AGENT}", {"ticket.resolved"}),
        ("?name=ticket.resolved&agent=new-bot", set()),
        ("?name=ticket.resolved&from=2026-03-02T12:02", set()),
        ("?name=ticket.resolved&from=2026-03-02T12:01&to=2026-03-02T12:02", {"ticket.resolved"}),
        ("?name=ticket.resolved&to=2026-03-02T12:01", set()),
    ],
)
def test_the_address_narrows_the_log(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock, query: str, expected: set[str]
) -> None:
    denied(shop, people, clock)

    assert set(names(log(client_of(people.mona), query))) == expected


def test_all_of_an_area_is_all_its_events(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop, people, clock)

    shown = names(log(client_of(people.mona), "?name=ticket.*"))

    assert {"ticket.opened", "ticket.vote_recorded", "ticket.resolved"} <= set(shown)
    assert {name.partition(".")[0] for name in shown} == {"ticket"}


def test_an_agents_log_has_the_incidents_that_list_it(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    fleet_incident_new()

    about = names(log(client_of(people.mona), f"?agent={AGENT}"))

    assert "fleet.incident_raised" in about


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (
            "?kind=storm",
            "kind cannot be “storm”. It takes trip, drift, decision, policy, incident.",
        ),
        (
            "?name=breaker.melted",
            "name cannot be “breaker.melted”. It takes the name of an event, such as"
            " breaker.tripped, or task.* for all of an area.",
        ),
        (
            "?agent=nobody",
            "agent cannot be “nobody”. It takes the external id of an agent of this fleet.",
        ),
        ("?before=here", "before cannot be “here”. It takes the place an Older link names."),
        (
            "?from=2026-03-02&to=2026-03-01",
            "to cannot be “2026-03-01”. It takes a time after that of from.",
        ),
    ],
)
def test_what_of_the_address_is_not_understood_is_said_and_no_file_is_made_of_it(
    shop: Shop, people: People, client_of: ClientOf, query: str, sentence: str
) -> None:
    client = client_of(people.mona)

    assert log(client, query).problems == (sentence,)
    assert client.get(f"/f/shop/events.csv{query}").status_code == 422


def test_older_pages_follow_without_a_gap_or_a_repeat(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.event_log.PAGE_SIZE", 5)
    client = client_of(people.mona)
    # One after the other and many at one moment.
    for _ in range(3):
        shop.refund()
    expected = list(
        Event.objects.filter(fleet=people.fleet)
        .order_by("-created_at", "-seq")
        .values_list("seq", flat=True)
    )

    found: list[int] = []
    shown = log(client)
    found += [row.seq for row in shown.rows]
    while shown.older_url:
        shown = log(client, shown.older_url.removeprefix(URL))
        found += [row.seq for row in shown.rows]

    assert found == expected
    assert shown.newest_url == URL


def test_the_files_have_all_rows_with_their_sentences(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = denied(shop, people, clock)
    client = client_of(people.mona)

    as_json = json.loads(client.get("/f/shop/events.json?name=ticket.*").getvalue())
    text = client.get("/f/shop/events.csv?name=ticket.*").getvalue().decode()

    rows = list(csv.DictReader(text.splitlines()))
    stored = Event.objects.filter(fleet=people.fleet, name__startswith="ticket.")
    assert len(as_json) == len(rows) == stored.count()
    assert as_json[0]["event"] == rows[0]["event"] == "ticket.resolved"
    assert as_json[0]["sentence"].startswith(f"Ticket #{ticket.number}: denied by Rita")
    assert as_json[0]["payload"]["resolution"] == "denied"
    assert json.loads(rows[0]["payload"]) == as_json[0]["payload"]
    assert rows[0]["hash"] == last("ticket.resolved").hash


def test_more_events_cost_no_more_queries(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop, people, clock)
    client = client_of(people.mona)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(5):
        denied(shop, people, clock)

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)


def test_the_page_of_a_decision_leads_to_its_ticket_and_the_lineage_of_its_task(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = denied(shop, people, clock)
    assert ticket.task is not None
    client = client_of(people.mona)

    alone = event_page(client, last("ticket.resolved").seq)
    TaskFactory(agent=ticket.agent, parent=ticket.task, root_id=ticket.task.root_id, depth=1)
    in_a_run = event_page(client, last("ticket.resolved").seq)

    at = f"/f/shop/tickets/{ticket.number}/"
    assert {link.url for link in alone.row.links} == {f"/f/shop/agents/{ticket.agent_id}/", at}
    assert in_a_run.row.links[-1].url == f"{at}#lineage"
    assert 'id="lineage"' in client.get(at).content.decode()


def test_what_was_recorded_at_the_same_moment_stands_beside_it(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = denied(shop, people, clock)

    shown = event_page(client_of(people.mona), last("ticket.resolved").seq)

    together = {row.name for row in shown.together}
    assert {"ticket.vote_recorded", "task.resolved"} <= together
    assert "ticket.opened" not in together
    assert f"/f/shop/tickets/{ticket.number}/" in {
        link.url for row in shown.together for link in row.links
    }


def test_facts_are_a_table_and_no_json(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(minutes=1)
    agent_freeze(fleet=people.fleet, agent_external_id=AGENT, actor="mona", reason="It loops.")
    client = client_of(people.mona)

    shown = event_page(client, last("breaker.forced_open").seq)

    facts = {fact.name: fact.value for fact in shown.facts}
    assert facts["event"] == "breaker.forced_open"
    assert facts["enforced"] == "yes"
    assert facts["policy version"] == "1"
    assert "{" not in words(client, f"{URL}{shown.row.seq}/")


def test_times_among_the_facts_are_all_written_in_one_form(shop: Shop, people: People) -> None:
    event = last("agent.registered")
    event.payload = {
        "since": "2026-03-01T13:05:09.123456+02:00",
        "at": "2026-03-02T12:00:00Z",
        "order": "2026-99-01T00:00:00Z",
        "reason": "2026-03-02",
    }

    shown = pages.event_page(people.fleet, event, back="")

    facts = {fact.name: fact.value for fact in shown.facts}
    assert facts["recorded at"] == "2026-03-02T12:00:00.000Z"
    assert facts["since"] == "2026-03-01T11:05:09.123Z"
    assert facts["at"] == "2026-03-02T12:00:00.000Z"
    assert (facts["order"], facts["reason"]) == ("2026-99-01T00:00:00Z", "2026-03-02")


def test_previous_and_next_walk_the_chain_and_the_hashes_are_shown(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    people.fleet.refresh_from_db()
    newest = people.fleet.event_seq

    second, first = event_page(client, 2), event_page(client, 1)

    assert (second.earlier_url, second.later_url) == (f"{URL}1/", f"{URL}3/")
    assert first.earlier_url == ""
    assert event_page(client, newest).later_url == ""
    assert second.previous_hash == first.hash
    assert second.chain.startswith("The hash fits the record, and the event before it is the one")


def test_a_record_that_was_changed_is_said_to_be(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    Event.objects.filter(fleet=people.fleet, seq=2).update(actor="somebody")

    assert event_page(client, 2).chain.startswith("The hash does not fit the record")


def test_an_event_there_is_not_is_not_found(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    assert client_of(people.mona).get(f"{URL}999999/").status_code == 404


def test_the_way_back_goes_along_to_the_neighbours(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    back = "/f/shop/service/?range=30d&marks=trip,drift"
    client = client_of(people.mona)

    shown = event_page(client, 2, f"?back={quote(back)}")

    assert shown.back_url == back
    assert parse_qs(urlsplit(shown.later_url).query) == {"back": [back]}
    assert (
        f'<a href="{back.replace("&", "&amp;")}">Back'
        in client.get(f"{URL}2/?back={quote(back)}").content.decode()
    )


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/f/shop/",
        "//evil.example/f/shop/",
        "/\\evil.example/f/shop/",
        "/f/other/overview/",
        "/f/shop/../../sign-out/",
        "/f/shop/%2e%2e/%2e%2e/sign-out/",
        "/f/shop//evil.example/",
        "javascript:alert(1)//f/shop/",
        "/f/shop/overview/\r\nSet-Cookie: a=b",
        "/f/shop/overview/\t",
        "/f/shop",
        "f/shop/overview/",
        "http://[/f/shop/",
        "/f/shop/overview/?" + "x" * 2_000,
        "",
    ],
)
def test_no_way_back_leads_elsewhere(
    shop: Shop, people: People, client_of: ClientOf, back: str
) -> None:
    assert back_read("shop", back) == ""

    text: Any = client_of(people.mona).get(f"{URL}2/?back={quote(back)}").content.decode()
    assert "Back to where you came from" not in text


def test_the_agents_page_leads_from_each_move_to_its_event(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    clock.forward(minutes=1)
    agent_freeze(fleet=people.fleet, agent_external_id=AGENT, actor="mona", reason="It loops.")
    frozen = last("breaker.forced_open")

    text = client_of(people.mona).get(f"/f/shop/agents/{frozen.ids['agent']}/").content.decode()

    assert f'<a href="{URL}{frozen.seq}/"><time' in text
    assert f'<a href="{URL}?agent={AGENT}">All its events</a>' in text


def test_a_ticket_leads_to_what_happened_while_it_was_open(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = denied(shop, people, clock)
    client = client_of(people.mona)

    shown = client.get(f"/f/shop/tickets/{ticket.number}/").context["ticket"].events_url

    told = set(names(log(client, shown.removeprefix(URL))))
    assert {"ticket.opened", "ticket.resolved"} <= told
    assert "agent.registered" not in told
