"""The shadow report: what would have been held is counted from what was, and compared with it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from governance.domain.types import Result, TaskType, Tier
from governance.models import Agent, Fleet, Task
from governance.services.outcomes import task_outcome
from governance.services.schemas import OutcomeBody
from governance.services.starts import task_start
from tests.clock import NOON
from tests.dashboard.shop import NEWCOMER, asked
from tests.factories import CellHourFactory

if TYPE_CHECKING:
    from dashboard.cards.shadow import ShadowPage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/shadow/"


@pytest.fixture
def shadowed(shop: Shop) -> Shop:
    Fleet.objects.filter(pk=shop.people.fleet.pk).update(enforcement="shadow")
    shop.key.fleet.refresh_from_db()
    return shop


def page_of(client: Any, query: str = "") -> ShadowPage:
    page: ShadowPage = client.get(f"{URL}{query}").context["shadow"]
    return page


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def end(shop: Shop, ticket: Ticket, result: str) -> None:
    task = asked(ticket)
    task_start(key=shop.key, task_id=task.pk, action_digest=task.action_digest)
    body = OutcomeBody(result=Result(result), cost_usd=Decimal("2.00"))
    task_outcome(key=shop.key, task_id=task.pk, body=body)


def test_nothing_is_said_to_be_held_where_everything_acts(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()

    page = page_of(client_of(people.mona))

    assert plain(page.summary) == (
        "In the last 7 days shadow let nothing pass: no agent would have been frozen, no task held"
        " back."
    )
    assert (page.tasks, page.frozen, page.now_words) == ((), (), "")


def test_tasks_that_would_have_been_held_are_counted_with_what_they_came_to(
    shadowed: Shop, people: People, client_of: ClientOf
) -> None:
    end(shadowed, shadowed.refund(), "failure")
    end(shadowed, shadowed.refund(), "success")
    shadowed.attempt()

    page = page_of(client_of(people.mona))

    assert plain(page.summary) == (
        "In the last 7 days enforcement would have frozen 0 agents and held back 3 tasks: 2 put"
        " before people, 1 denied."
    )
    assert [(each.label, each.level, each.tasks, each.ended) for each in page.cells] == [
        ("People asked", "HIGH", "2", "2"),
        ("Denied", "CRITICAL", "1", "0"),
    ]
    assert [each.cost for each in page.cells] == ["$4.00", "$0.00"]
    assert page.cells[0].failed == "not enough data (2 of 10)"
    assert page.now_words.startswith("The fleet is in shadow")


def test_each_task_leads_to_the_practice_ticket_and_says_why(
    shadowed: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shadowed.refund()
    client = client_of(people.mona)

    (line,) = page_of(client).tasks

    assert line.ticket_url == f"/f/shop/tickets/{ticket.number}/"
    assert (line.agent, line.level, line.would_be.label) == ("refund-bot", "HIGH", "People asked")
    assert line.reason
    assert line.result is None
    assert client.get(line.ticket_url).status_code == 200


def test_an_agent_that_would_have_been_frozen_is_listed_with_why(
    shadowed: Shop, people: People, client_of: ClientOf
) -> None:
    shadowed.trip()

    page = page_of(client_of(people.mona))

    (line,) = page.frozen
    assert (line.agent, page.frozen_all) == ("refund-bot", 1)
    assert line.first_at == NOON
    assert "failed" in line.sentence
    assert "would have frozen 1 agent and held back 0 tasks" in plain(page.summary)


def test_what_would_have_been_held_is_compared_with_all_work(
    shadowed: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    for number in range(10):
        end(shadowed, shadowed.refund(), "success" if number % 5 < 3 else "failure")
    CellHourFactory(
        fleet=people.fleet,
        task_type=TaskType.STATELESS.value,
        tier=Tier.HIGH.value,
        outcomes=200,
        failures=10,
    )
    clock.forward(minutes=5)

    page = page_of(client_of(people.mona))

    assert [plain(line) for line in page.right] == [
        "Of 10 tasks that would have been held 10 have ended, 40 % of them in failure (n 10). Of"
        " all work of the fleet in the same hours 5.0 % failed (n 200).",
        "What would have been held failed 8.0 times as often as all work.",
    ]


def test_reasons_are_counted_once_for_each_task(
    shadowed: Shop, people: People, client_of: ClientOf
) -> None:
    shadowed.refund()
    shadowed.refund()

    page = page_of(client_of(people.mona))

    assert {each.tasks for each in page.reasons} == {"2"}
    assert "What the approval table asks for at this preset and level." in {
        each.label for each in page.reasons
    }


def test_every_task_is_in_the_file(shadowed: Shop, people: People, client_of: ClientOf) -> None:
    end(shadowed, shadowed.refund(), "failure")
    client = client_of(people.mona)

    (saved,) = json.loads(b"".join(client.get(page_of(client).files.json_url)))

    assert (saved["task"], saved["would_be"], saved["result"]) == (
        Task.objects.get().external_id,
        "escalate",
        "failure",
    )
    assert saved["cost_usd"] == "2.00"


def test_the_bar_leads_to_the_report_where_the_fleet_is_in_shadow(
    shadowed: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    assert client.get("/f/shop/agents/").context["shell"].shadow_url == URL
    Fleet.objects.update(enforcement="enforce")
    assert client.get("/f/shop/agents/").context["shell"].shadow_url == ""


def test_more_let_pass_costs_no_more_queries(
    shadowed: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    shadowed.refund()
    shadowed.trip(NEWCOMER)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(5):
        end(shadowed, shadowed.refund(), "success")

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)


def test_the_agents_of_a_fleet_lead_to_the_report_where_one_is_in_shadow(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)
    before = client.get("/f/shop/agents/").context["fleet"]
    Agent.objects.filter(external_id=NEWCOMER).update(enforcement="shadow")

    page = client.get("/f/shop/agents/").context["fleet"]

    assert (before.shadow, page.shadow_url) == ("", URL)
    assert plain(page.shadow).startswith("1 agent of 2 is in shadow")
