"""Tables saved whole, as CSV and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.pages.agent_sheet import COLUMNS
from tests.dashboard.sheets import lines, objects
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

AGENTS = "/f/shop/agents"


def test_an_agent_is_saved_with_what_its_row_says(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()
    client = client_of(people.rita)

    (row,) = client.get(f"{AGENTS}/?q=refund-bot").context["fleet"].rows
    (saved,) = objects(client, f"{AGENTS}.json?q=refund-bot")

    assert tuple(saved) == tuple(COLUMNS)
    assert (saved["agent"], saved["path"], saved["state"]) == ("refund-bot", row.url, "closed")
    assert (saved["tier"], saved["outcomes"]) == (row.trust.tier, 60)
    assert saved["trust"] == round(row.trust.score, 4)
    assert (saved["open_tasks"], saved["budget_month_usd"]) == (row.open_tasks, "100000.00")
    assert (saved["release_ticket"], saved["also"]) == (None, [])


def test_below_its_least_outcomes_an_agent_has_no_score_to_save(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)

    (saved,) = lines(client, f"{AGENTS}.csv?q=new-bot")

    assert (saved["trust"], saved["trust_p10"], saved["outcomes"]) == ("", "", "0")
    assert int(saved["outcomes_needed"]) > 0


def test_a_file_of_agents_has_all_of_them_in_the_order_of_the_list(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.agent_sheet.BATCH", 2)
    monkeypatch.setattr("dashboard.pages.fleet.PAGE_SIZE", 1)
    for name in ("c-bot", "a-bot", "b-bot"):
        AgentFactory(fleet=people.fleet, owner=people.lena, external_id=name, name=name)
    client = client_of(people.rita)

    page = client.get(f"{AGENTS}/?sort=-name&owner=lena").context["fleet"]
    saved = objects(client, page.files.json_url)

    assert page.files.csv_url == f"{AGENTS}.csv?owner=lena&sort=-name"
    assert [row["agent"] for row in saved] == ["refund-bot", "new-bot", "c-bot", "b-bot", "a-bot"]


def test_the_questions_to_the_database_do_not_grow_with_a_batch(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    with CaptureQueriesContext(connection) as short:
        lines(client, f"{AGENTS}.csv")
    for _ in range(4):
        AgentFactory(fleet=people.fleet, owner=people.lena)
    with CaptureQueriesContext(connection) as long:
        lines(client, f"{AGENTS}.csv")

    assert len(long) == len(short)


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("state", "cold", "latched, frozen, supervised, probation, closed, paused, shadow"),
        ("tier", "HIGH", "high, medium, low"),
        ("sort", "+name", "state, -state, name"),
        ("q", "x" * 121, "at most 120 characters"),
    ],
)
def test_a_filter_nobody_understands_gives_no_file_of_agents(
    shop: Shop, people: People, client_of: ClientOf, field: str, value: str, allowed: str
) -> None:
    response = client_of(people.rita).get(f"{AGENTS}.csv", {field: value})

    problem = response.json()
    assert (response.status_code, problem["field"], problem["value"]) == (422, field, value)
    assert problem["allowed"].startswith(allowed)
