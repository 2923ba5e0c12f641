"""The event log narrowed by who acted, by what it is about, and without bookkeeping."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dashboard.display.bookkeeping import BOOKKEEPING
from dashboard.display.durations import NBSP
from governance.domain.types import Environment, Role, Scope
from governance.events import REGISTRY
from governance.models import Event
from governance.services.breakers import agent_freeze
from governance.services.fleets import membership_set
from governance.services.keys import key_create
from tests.dashboard.shop import AGENT
from tests.escalations.answering import deny

if TYPE_CHECKING:
    from django.test import Client

    from dashboard.cards.events import EventLog
    from escalations.models import Ticket
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/events/"
MINUTE = "2026-03-02T12:0{}"


def log(client: Client, **narrowed: str) -> EventLog:
    shown: EventLog = client.get(f"{URL}?{urlencode(narrowed)}").context["events"]
    return shown


def told(client: Client, **narrowed: str) -> list[str]:
    shown = log(client, **narrowed)
    assert shown.problems == ()
    return [row.name for row in shown.rows]


def denied(shop: Shop, people: People, clock: Clock) -> Ticket:
    """Let rita deny one at 12:01, mona freeze at 12:02 and adam change a role at 12:03."""
    clock.forward(minutes=1)
    ticket = shop.refund()
    deny(ticket, people.rita)
    clock.forward(minutes=1)
    agent_freeze(fleet=people.fleet, agent_external_id=AGENT, actor="mona", reason="It loops.")
    clock.forward(minutes=1)
    membership_set(fleet=people.fleet, user=people.rita, role=Role.MANAGER, actor="adam")
    return ticket


def stored(people: People, **columns: object) -> list[str]:
    rows = Event.objects.filter(fleet=people.fleet, **columns).order_by("-created_at", "-seq")
    return list(rows.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("actor", "stored_as"), [("mona", "mona"), ("Mona Lind", "mona"), ("rita okafor", "rita")]
)
def test_who_acted_is_typed_as_the_log_or_the_page_names_them(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock, actor: str, stored_as: str
) -> None:
    denied(shop, people, clock)

    found = told(client_of(people.mona), actor=actor)

    assert found
    assert found == stored(people, actor=stored_as)


def test_those_who_acted_in_the_period_are_there_to_choose_from(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop, people, clock)
    client = client_of(people.mona)

    whole = log(client).filters.actors
    second = log(client, **{"from": MINUTE.format(1), "to": MINUTE.format(2)}).filters.actors
    none = log(client, **{"from": MINUTE.format(9)}).filters.actors

    assert {"adam": "Adam Weiss", "mona": "Mona Lind", "rita": "Rita Okafor"}.items() <= dict(
        whole
    ).items()
    assert dict(second) == {"mona": "Mona Lind"}
    assert none == ()


def test_an_event_of_an_earlier_release_is_found_by_who_acted(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop, people, clock)
    Event.objects.filter(name="breaker.forced_open").update(name="breaker.pushed")

    client = client_of(people.mona)

    assert "breaker.pushed" in told(client, actor="mona")
    assert "breaker.pushed" in told(client, bookkeeping="out")


def test_a_ticket_has_all_that_happened_to_it(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund()
    ticket = denied(shop, people, clock)

    found = told(client_of(people.mona), object="ticket", which=f"#{ticket.number}")

    assert {"ticket.opened", "ticket.vote_recorded", "ticket.resolved"} <= set(found)
    assert found == stored(people, ids__ticket=str(ticket.pk))


def test_a_task_is_named_by_either_id(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    task = denied(shop, people, clock).task
    assert task is not None
    client = client_of(people.mona)

    by_id = told(client, object="task", which=str(task.pk))
    by_name = told(client, object="task", which=task.external_id)

    assert by_id == by_name == stored(people, ids__task=str(task.pk))
    assert by_id


def test_a_person_has_what_was_done_to_them_and_not_what_they_did(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop, people, clock)

    found = told(client_of(people.mona), object="person", which="rita")

    assert {"membership.changed", "session.ended"} <= set(found)
    assert not {"ticket.vote_recorded", "ticket.resolved"} & set(found)


def test_a_key_is_named_by_name_prefix_or_id(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    key, _ = key_create(
        fleet=people.fleet,
        name="nightly",
        environment=Environment.PRODUCTION,
        scopes=[Scope.REPORT],
        created_by=people.adam,
    )
    client = client_of(people.mona)

    found = [
        told(client, object="key", which=which) for which in (key.name, key.prefix, str(key.pk))
    ]

    assert found == [["key.created"]] * 3


def test_a_version_of_the_policy_has_its_events(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    assert told(client, object="policy", which="1") == stored(
        people, name__startswith="policy.", payload__number=1
    )
    assert told(client, object="policy", which="999") == []


def test_any_record_is_found_by_its_id(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop, people, clock)
    frozen = Event.objects.get(fleet=people.fleet, name="breaker.forced_open")

    found = told(client_of(people.mona), object="record", which=frozen.ids["transition"])

    assert found == ["breaker.forced_open"]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"actor": "mona", "name": "breaker.*"}, ["breaker.forced_open"]),
        ({"actor": "rita", "name": "breaker.*"}, []),
        ({"actor": "mona", "agent": AGENT}, ["breaker.forced_open"]),
        ({"actor": "adam", "object": "person", "which": "rita", "name": "membership.*",
          "from": MINUTE.format(2)}, ["membership.changed"]),
        ({"actor": "mona", "from": MINUTE.format(2)}, []),
        ({"name": "session.ended", "bookkeeping": "out"}, []),
    ],
)  # fmt: skip
def test_filters_work_together(
    shop: Shop,
    people: People,
    client_of: ClientOf,
    clock: Clock,
    narrowed: dict[str, str],
    expected: list[str],
) -> None:
    denied(shop, people, clock)

    assert told(client_of(people.mona), **narrowed) == expected


def test_without_bookkeeping_all_else_is_there(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop, people, clock)
    client = client_of(people.mona)

    everything, rest = told(client), told(client, bookkeeping="out")

    assert "session.ended" in everything
    assert rest == [name for name in everything if name not in BOOKKEEPING]


def test_what_counts_as_bookkeeping_is_an_event_and_said_on_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = client_of(people.mona).get(URL).content.decode()

    assert BOOKKEEPING.keys() <= REGISTRY.keys()
    assert [name for name in BOOKKEEPING if f"<code>{name}</code>" not in text] == []


def test_the_page_says_how_many_match(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied(shop, people, clock)
    client = client_of(people.mona)

    assert log(client).counted == f"{len(stored(people))}{NBSP}events"
    assert log(client, name="breaker.forced_open").counted == f"1{NBSP}event matches"
    assert log(client, name="breaker.*", actor="rita").counted == f"0{NBSP}events match"
    monkeypatch.setattr("dashboard.pages.event_log.COUNT_MOST", 2)
    assert log(client).counted == "More than 2 events"
    assert log(client, name="ticket.*").counted == "More than 2 events match"


def test_an_older_page_keeps_the_filters_and_the_files_have_the_same(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.event_log.PAGE_SIZE", 1)
    ticket = denied(shop, people, clock)
    client = client_of(people.mona)
    asked = {"actor": "rita", "object": "ticket", "which": str(ticket.number), "bookkeeping": "out"}

    shown = log(client, **asked)
    older = parse_qs(urlsplit(shown.older_url).query)
    rows = csv.DictReader(client.get(shown.files.csv_url).getvalue().decode().splitlines())

    assert {name: [value] for name, value in asked.items()}.items() <= older.items()
    assert [row["event"] for row in rows] == stored(
        people, actor="rita", ids__ticket=str(ticket.pk)
    )


@pytest.mark.parametrize(
    ("narrowed", "sentence"),
    [
        ({"actor": "nobody"},
         "actor cannot be “nobody”. It takes somebody who acted in this fleet: a user name, key:"
         " with the name of a key, a name as the page shows it."),
        ({"object": "moon", "which": "1"},
         "object cannot be “moon”. It takes ticket, task, person, key, policy, record."),
        ({"object": "ticket"},
         "which cannot be “”. It takes which ticket is meant, beside object=ticket."),
        ({"which": "1"},
         "which cannot be “1”. It takes something only beside object, one of ticket, task, person,"
         " key, policy, record."),
        ({"object": "ticket", "which": "x"},
         "which cannot be “x”. It takes the number of a ticket of this fleet, such as 14."),
        ({"object": "ticket", "which": "999"},
         "which cannot be “999”. It takes the number of a ticket of this fleet, such as 14."),
        ({"object": "task", "which": "x"},
         "which cannot be “x”. It takes the id or the external id of a task of this fleet."),
        ({"object": "person", "which": "nobody"},
         "which cannot be “nobody”. It takes the user name of a person whom this log is about."),
        ({"object": "key", "which": "x"},
         "which cannot be “x”. It takes the name, the prefix or the id of an API key of this"
         " fleet."),
        ({"object": "policy", "which": "x"},
         "which cannot be “x”. It takes the number of a version of the policy, such as 3."),
        ({"object": "record", "which": "x"},
         "which cannot be “x”. It takes the id of a record, as the facts of its events say it."),
        ({"bookkeeping": "in"}, "bookkeeping cannot be “in”. It takes out, or nothing."),
    ],
)  # fmt: skip
def test_what_nobody_understands_is_said_and_no_file_is_made_of_it(
    shop: Shop,
    people: People,
    client_of: ClientOf,
    narrowed: dict[str, str],
    sentence: str,
) -> None:
    client = client_of(people.mona)

    assert log(client, **narrowed).problems == (sentence,)
    assert client.get(f"/f/shop/events.csv?{urlencode(narrowed)}").status_code == 422


def test_the_export_with_seals_takes_the_period_and_no_filter(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop, people, clock)
    client = client_of(people.mona)

    shown = log(client, **{"actor": "mona", "from": MINUTE.format(1), "to": MINUTE.format(2)})

    assert urlsplit(shown.export_url).query == urlencode(
        {"from": MINUTE.format(1), "to": MINUTE.format(2)}
    )
    assert shown.export_of == "of this period"
    assert client.get(shown.export_url).status_code == 200
    whole = log(client, actor="mona")
    assert (urlsplit(whole.export_url).query, whole.export_of) == ("", "of the whole log")


@pytest.mark.parametrize("field", ["kind", "name", "agent", "actor", "object", "bookkeeping"])
def test_an_export_with_gaps_is_refused_by_the_filter_that_asks_for_it(
    people: People, client_of: ClientOf, field: str
) -> None:
    answer = client_of(people.mona).get(f"/f/shop/integrity/export/?{field}=out")

    assert answer.status_code == 422
    assert f"{field} cannot be “out”." in answer.content.decode()
