"""Each table of a fleet, saved: what stands in its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.models import CascadeTask, Outcome
from governance.services.webhooks import webhook_create
from tests.dashboard.incident import fleet_incident_new, incident_new
from tests.dashboard.rings import ring_new
from tests.dashboard.sheets import lines, objects
from tests.escalations.answering import approve, deny
from tests.governance.services.far import URL

if TYPE_CHECKING:
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def test_what_was_approved_and_not_started_is_saved_with_who_approved(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    approve(ticket, people.rita)

    (row,) = objects(client_of(people.mona), "/f/shop/queue/unstarted.json")
    (line,) = lines(client_of(people.mona), "/queue/unstarted.csv")

    assert (row["fleet"], row["ticket"], row["path"]) == ("shop", 1, "/f/shop/tickets/1/")
    assert (row["approved_by"], row["agent"], row["is_usable"]) == (["rita"], "refund-bot", True)
    assert (line["approved_by"], line["is_usable"]) == ("rita", "true")


def test_what_waits_is_counted_by_risk_and_age(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund()

    rows = objects(client_of(people.rita), "/f/shop/service/waiting.json")

    assert rows[1] == {
        "risk_level": "HIGH", "under_300_s": 1, "from_300_s": 0, "from_900_s": 0, "from_3600_s": 0,
    }  # fmt: skip
    assert [row["risk_level"] for row in rows] == ["CRITICAL", "HIGH", "MEDIUM", "LOW"]


def test_a_reviewer_saves_their_own_answers_and_a_manager_everybodys(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    deny(shop.refund(), people.mona)
    approve(shop.refund(), people.rita)
    url = "/f/shop/service/answers.json?range=24h"

    own, every = objects(client_of(people.rita), url), objects(client_of(people.mona), url)

    assert [(row["person"], row["answered"], row["approved"]) for row in own] == [("rita", 1, 1)]
    assert [row["person"] for row in every] == ["mona", "rita"]
    assert own[0]["until"] == "2026-03-02T12:00:00.000Z"


def test_the_bars_of_a_chart_are_a_file_with_units_in_its_names(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    deny(shop.refund(), people.mona)

    (row,) = objects(client_of(people.rita), "/f/shop/service/levels.json?range=24h")

    assert row == {
        "starts_at": "2026-03-02T12:00:00.000Z", "ended": 1, "answered": 1, "expired": 0,
        "withdrawn": 0, "escalated": 0, "median_s": 0.0, "p90_s": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "field", "value"),
    [
        ("service/levels.csv?range=8d", "range", "8d"),
        ("service/answers.json?from=yesterday", "from", "yesterday"),
        ("collusion/graph.csv?show=friends", "show", "friends"),
        ("collusion/graph.csv?least=-1", "least", "-1"),
    ],
)
def test_a_filter_nobody_understands_gives_no_file(
    shop: Shop, people: People, client_of: ClientOf, url: str, field: str, value: str
) -> None:
    response = client_of(people.rita).get(f"/f/shop/{url}")

    problem = response.json()
    assert (response.status_code, problem["field"], problem["value"]) == (422, field, value)
    assert problem["allowed"]


def test_alarms_and_agents_to_look_at_are_saved_as_the_overview_lists_them(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.latch()
    client = client_of(people.rita)

    (alarm,) = objects(client, "/f/shop/overview/alarms.json")
    (look,) = objects(client, "/f/shop/overview/looks.json")

    assert (alarm["kind"], alarm["agent"], alarm["is_open"]) == ("latched", "refund-bot", True)
    assert (look["agent"], look["state"], look["path"]) == (
        "refund-bot", "latched", alarm["path"],
    )  # fmt: skip


def test_a_cascade_is_saved_with_what_it_reached(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = incident_new()
    client = client_of(people.rita)

    (row,) = objects(client, "/f/shop/cascades.json")
    tasks = objects(client, row["path"].rstrip("/") + "/tasks.json")

    held = [task["task"] for task in tasks if task["fate"] == "held"]
    assert row["cascade"] == str(incident.cascade.pk)
    assert (row["held"], row["waiting"], row["resolved_at"]) == (len(held), len(held), None)
    assert incident.draft.external_id in held
    assert len(tasks) == CascadeTask.objects.count()


def test_incidents_and_rings_are_saved_with_whom_they_concern(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident, ring = fleet_incident_new(), ring_new()
    client = client_of(people.rita)

    (fault,) = objects(client, "/f/shop/incidents.json")
    (found,) = objects(client, "/f/shop/collusion.json")
    jobs = objects(client, f"/f/shop/collusion/{ring.pk}/jobs.json")

    assert (fault["incident"], fault["agents"]) == (str(incident.pk), len(incident.agents))
    names = sorted(agent.external_id for agent in ring.agents.all())
    assert (found["state"], found["members"]) == ("SUSPECTED", names)
    assert found["value_usd"].replace(".", "").isdecimal()
    assert {job["initiator"] for job in jobs} <= set(names)


def test_every_outcome_of_an_agent_is_saved_with_the_trust_after_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent = shop.refund().agent
    assert agent is not None

    rows = objects(client_of(people.rita), f"/f/shop/agents/{agent.pk}/outcomes.json")

    newest = Outcome.objects.filter(agent=agent).order_by("-fact")[0]
    assert len(rows) == 60
    assert (rows[0]["task"], rows[0]["result"]) == (newest.task_external_id, "success")
    assert (rows[0]["cost_usd"], rows[0]["duration_s"]) == ("0.01", 2.0)
    assert rows[0]["trust_after"] == round(newest.trust_after or 0.0, 6)


def test_tools_are_saved_as_they_are_in_force_and_as_proposed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    refund = {row["tool"]: row for row in objects(client_of(people.rita), "/f/shop/tools.json")}[
        "shop.refund"
    ]

    assert (refund["status"], refund["write"], refund["proposed_write"]) == ("confirmed", "M", "M")
    assert (refund["confirmed_by"], refund["hints"]) == ("adam", [])


def test_a_webhook_is_saved_without_its_secret_or_its_path(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    endpoint, secret = webhook_create(
        fleet=people.fleet, user=people.adam, name="SIEM", url=URL, events=["ticket.*"]
    )
    client = client_of(people.adam)

    text = b"".join(client.get("/f/shop/webhooks.csv")).decode()
    (row,) = objects(client, "/f/shop/webhooks.json")

    assert secret not in text
    assert URL not in text
    assert (row["webhook"], row["host"], row["events"]) == (
        "SIEM", "siem.example.org", ["ticket.*"],
    )  # fmt: skip
    assert row["path"] == f"/f/shop/webhooks/{endpoint.pk}/"


@pytest.mark.parametrize("url", ["webhooks.csv", "webhooks.json"])
def test_a_reviewer_saves_no_webhooks(
    shop: Shop, people: People, client_of: ClientOf, url: str
) -> None:
    response: Any = client_of(people.rita).get(f"/f/shop/{url}")

    assert (response.status_code, response.json()["code"]) == (403, "role_too_low")
