"""What those hear, and what they do not learn, whom an address refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from tests.access.callers import Badge
from tests.access.judging import said
from tests.access.rows import Kind, Said, Who
from tests.access.table import ROWS

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from tests.access.rows import Row
    from tests.access.world import World

JSON = {"Accept": "application/json"}
OPEN = {Who.EVERYBODY, Who.STRANGERS}
COMES_BACK = "/sign-in/?next="
# Words of the fleet `shop`, of where its events are sent, and the beginning of every key.
SECRETS = ("Refund order", "winter shoes", "siem.example.org", "cs_")

# No script sends these: without a session they lead to sign-in, whatever the request takes.
OF_BROWSERS = {
    "fleet-connect", "fleet-tools-import", "password", "provider-link", "provider-unlink",
    "recovery-codes", "second-factor", "second-factor-end", "welcome-agent", "welcome-alone",
    "welcome-end", "welcome-fleet", "welcome-key", "welcome-reviewer",
}  # fmt: skip

BY_NAME = {row.name: row for row in ROWS}
PAGES = [row for row in ROWS if row.kind is Kind.PAGE and row.uses.get("GET")]
READ = [row for row in PAGES if row.uses["GET"].who not in OPEN]
PIECES = [row for row in ROWS if row.kind is Kind.PIECE]
FORMS = [
    row
    for row in ROWS
    if row.kind is Kind.PAGE and row.uses.get("POST") and row.uses["POST"].who not in OPEN
]
OF_ROLES = [
    (row, method, name)
    for row in ROWS
    for method, use in row.uses.items()
    if use.who.role is not None
    for name in ("otto", "rita")
    if name == "otto" or use.who is not Who.MEMBERS
]


def body(response: HttpResponseBase) -> str:
    parts: Any = response if response.streaming else [getattr(response, "content", b"")]
    return bytes(b"".join(parts)).decode()


def opens(url: str) -> bool:
    """Return whether an address is one of a page that is more than the end of a form."""
    found = BY_NAME[resolve(url).view_name]
    return "GET" in found.uses and found.kind is Kind.PAGE and not found.is_form_only


def named(value: Row | str) -> str:
    return value if isinstance(value, str) else value.name


@pytest.mark.parametrize("row", READ, ids=named)
def test_a_stranger_signs_in_first_and_comes_back(world: World, row: Row) -> None:
    answer = world.ask(world.callers["a stranger"], row, "GET")

    assert unquote(answer["Location"]) == f"{COMES_BACK}{unquote(world.url(row))}"


@pytest.mark.parametrize("row", FORMS, ids=named)
def test_a_strangers_form_leads_to_a_page_after_signing_in(world: World, row: Row) -> None:
    """Whoever comes back opens an address: it must be one that may be opened."""
    answer = world.ask(world.callers["a stranger"], row, "POST")

    to, _, unsent = answer["Location"].removeprefix(COMES_BACK).partition("&")
    to = unquote(to).partition("?")[0]
    assert unsent == "unsent=1"
    assert opens(to)


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_form_only], ids=named)
def test_an_address_of_a_form_opened_by_itself_leads_to_its_page(world: World, row: Row) -> None:
    answer = world.ask(world.callers[row.only or "amy"], row, "GET")

    assert answer.status_code == 302
    assert opens(answer["Location"].partition("?")[0])


@pytest.mark.parametrize(
    "row", [*PIECES, *(row for row in FORMS if row.name not in OF_BROWSERS)], ids=named
)
def test_a_strangers_script_learns_that_nothing_was_recorded(world: World, row: Row) -> None:
    method = "POST" if "POST" in row.uses else "GET"

    answer = world.ask(world.callers["a stranger"], row, method, headers=JSON)

    assert said(answer) is Said.UNKNOWN
    assert answer["Content-Type"] == "application/problem+json"
    assert '"code": "signed_out"' in body(answer).replace('":"', '": "')
    assert "Nothing was recorded" in body(answer)


@pytest.mark.parametrize(("row", "method", "name"), OF_ROLES, ids=named)
def test_whoever_is_refused_learns_and_writes_nothing(
    world: World, row: Row, method: str, name: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = world.ask(world.callers[name], row, method, headers=JSON)

    written = [
        each["sql"]
        for each in queries
        if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        and ('"governance_' in each["sql"] or '"escalations_' in each["sql"])
    ]
    assert said(answer) in {Said.HIDDEN, Said.FORBIDDEN, Said.UNKNOWN}
    assert [each for each in SECRETS if each in body(answer)] == []
    assert written == []


@pytest.mark.parametrize("name", ["queue", "queue-rows", "queue-calls", "decided"])
def test_an_outsider_sees_only_his_own_fleets(world: World, name: str) -> None:
    otto = world.callers["otto"]

    answer = world.ask(otto, BY_NAME[name], "GET")

    assert (said(answer), otto.badge) == (Said.ALLOWED, Badge.SESSION)
    assert "Refund order" not in body(answer)
    assert "shop" not in body(answer).lower()


def test_a_script_with_an_old_token_gets_a_problem_document(world: World) -> None:
    answer = world.ask(
        world.callers["rita"],
        BY_NAME["ticket-decide"],
        "POST",
        headers=JSON,
        enforce_csrf_checks=True,
    )

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "csrf_failed" in body(answer)


@pytest.mark.parametrize(
    "url",
    [
        "/f/shop/tickets/99/",
        "/f/shop/tickets/99999999999999999999999/",
        "/f/nowhere/queue/",
        "/f/elsewhere/queue/",
        "/nothing/here/",
    ],
)
def test_what_does_not_exist_looks_like_what_one_may_not_see(world: World, url: str) -> None:
    client: Client = world.callers["rita"].client()

    answer = client.get(url)

    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content
