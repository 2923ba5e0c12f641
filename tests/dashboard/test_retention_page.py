"""Removing old records in the browser: everybody reads it, two admins do it."""

from __future__ import annotations

import io
import json
import zipfile
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from governance.domain.types import Role
from governance.models import Event, RetentionRun, Task
from governance.services.fleets import membership_set
from governance.services.retention import retention_work
from governance.services.rollups import fleet_roll_up
from governance.services.sealing import fleet_seal
from tests.dashboard.incident import words
from tests.dashboard.people import person
from tests.governance.services.retaining import KEPT_DAYS, policy_keeps

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from dashboard.cards.retention import RetentionPage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/retention/"


@pytest.fixture
def old(shop: Shop, clock: Clock, people: People) -> Shop:
    """Two denied attempts and what follows, 300 days ago, under a policy that keeps 200."""
    shop.refund()
    clock.forward(days=300)
    Task.objects.update(state="EXPIRED")
    fleet_roll_up(fleet_id=people.fleet.pk)
    Event.objects.update(pushed_at=clock())
    people.fleet.refresh_from_db()
    policy_keeps(people.fleet, events_days=KEPT_DAYS, tasks_days=KEPT_DAYS)
    return shop


@pytest.fixture
def anna(people: People) -> User:
    """A second admin."""
    found = person("anna", "Anna", "Berg")
    membership_set(fleet=people.fleet, user=found, role=Role.ADMIN, actor="adam")
    return found


def page_of(client: Any) -> RetentionPage:
    page: RetentionPage = client.get(URL).context["retention"]
    return page


def step(client: Any, move: str, reason: str = "", key: str = "", number: int | None = None) -> Any:
    latest = RetentionRun.objects.order_by("number").last()
    form = {
        "control": move,
        "reason": reason,
        "idempotency_key": key or f"key-{move}",
        "number": (latest.number if latest else 0) if number is None else number,
    }
    return client.post(f"{URL}{move}/", form)


def worked() -> RetentionRun:
    run = RetentionRun.objects.latest("number")
    retention_work(run_id=run.pk)
    run.refresh_from_db()
    return run


def agreed(adam: Any, anna: Any) -> None:
    """Let one admin count, export and propose, and another agree to a removal."""
    step(adam, "begin")
    worked()
    b"".join(step(adam, "export"))
    step(adam, "propose", "Past its time.")
    step(anna, "agree")


def test_by_default_everything_is_kept_for_ever(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = page_of(client_of(people.adam))

    assert page.summary.endswith("keeps the whole record for ever. Nothing of it is past its time.")
    assert [line.kept for line in page.kept][:3] == ["for ever"] * 3
    assert page.begin is not None
    assert page.begin.why_not.endswith("keeps the whole record for ever.")
    editor = "/f/shop/policy/?section=retention#field-retention.tasks_days"
    assert page.kept[0].url == editor


@pytest.mark.parametrize("name", ["rita", "mona"])
def test_who_is_no_admin_reads_it_and_is_told_why_not(
    old: Shop, people: People, client_of: ClientOf, name: str
) -> None:
    client = client_of(getattr(people, name))

    page = page_of(client)
    answer = step(client, "begin")

    assert page.begin is not None
    assert page.begin.why_not.startswith("Only an admin may change the policy")
    assert answer.status_code == 403
    assert not RetentionRun.objects.exists()


def test_two_admins_remove_what_was_exported(
    old: Shop, people: People, anna: User, client_of: ClientOf
) -> None:
    adam, second = client_of(people.adam), client_of(anna)

    assert step(adam, "begin").status_code == 302
    run = worked()
    assert page_of(adam).run is not None
    sent = step(adam, "export")
    with zipfile.ZipFile(io.BytesIO(b"".join(sent))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert step(adam, "propose", "Past its time.").status_code == 302
    assert step(adam, "agree").status_code == 403
    assert step(second, "agree").status_code == 302
    run = worked()

    assert sent["Content-Type"] == "application/zip"
    assert manifest["complete"] is True
    assert run.state == "DONE"
    assert run.removed == {line["kind"]: line["rows"] for line in run.lines}
    past = page_of(adam).past[0]
    assert "agreed to by Anna Berg: “Past its time.”" in past.said
    assert past.sha256 == run.exported["sha256"]


def test_what_would_go_stands_on_the_page_with_what_stays(
    old: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.adam)
    step(client, "begin")
    worked()

    page = page_of(client)

    assert page.run is not None
    assert {line.kind for line in page.run.lines} >= {"Events"}
    assert [move.control for move in page.run.moves] == ["export", "cancel"]
    assert page.run.stays == (
        "1\N{NO-BREAK SPACE}lineage stays: A ticket about them waits, or came to an end later.",
    )


def test_where_nothing_would_go_there_is_nothing_to_export(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    policy_keeps(people.fleet, events_days=KEPT_DAYS, tasks_days=KEPT_DAYS)
    client = client_of(people.adam)
    step(client, "begin")
    worked()

    run = page_of(client).run

    assert run is not None
    assert (run.lines, run.said) == (
        (),
        "Nothing of it would go: there is nothing to export or to propose. Cancel it.",
    )
    assert [(move.control, move.why_not) for move in run.moves] == [
        ("export", "Nothing would go."),
        ("cancel", ""),
    ]


def test_a_refused_step_says_why_and_keeps_what_was_typed(
    old: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.adam)
    step(client, "begin")
    worked()

    answer = step(client, "propose", "Past its time.")

    assert answer.status_code == 409
    page = answer.context["retention"]
    assert page.problem == "Not recorded. Removal 1 is ready: propose is not possible."
    assert page.typed_reason == "Past its time."


def test_a_cancelled_removal_is_over_and_another_may_begin(
    old: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.adam)
    step(client, "begin")

    step(client, "cancel", "Not yet.")

    page = page_of(client)
    assert page.run is None
    assert page.past[0].said == "Ended by Adam Weiss."
    assert page.begin is not None
    assert page.begin.why_not == ""


def test_nobody_agrees_to_another_removal_than_they_read_about(
    old: Shop, people: People, anna: User, client_of: ClientOf
) -> None:
    adam, second = client_of(people.adam), client_of(anna)
    step(adam, "begin")
    read = page_of(second)
    step(adam, "cancel", "Once more.")
    step(adam, "begin", key="again")
    worked()
    b"".join(step(adam, "export"))
    step(adam, "propose", "Past its time.")

    answer = step(second, "agree", number=1)

    assert read.run is not None
    assert [move.number for move in read.run.moves] == [1]
    assert answer.status_code == 409
    assert answer.context["retention"].problem == (
        "Not recorded. Removal 2 goes on by now, which is another one than you read about."
    )
    assert RetentionRun.objects.latest("number").state == "PROPOSED"


def test_no_removal_has_other_steps(old: Shop, people: People, client_of: ClientOf) -> None:
    assert step(client_of(people.adam), "everything").status_code == 404


def test_an_outsider_neither_begins_nor_exports(
    old: Shop, people: People, client_of: ClientOf
) -> None:
    for move in ("begin", "export", "agree"):
        assert step(client_of(people.otto), move).status_code == 404
    assert client_of(None).post(f"{URL}begin/").status_code == 302


def test_more_removals_cost_no_more_queries(old: Shop, people: People, client_of: ClientOf) -> None:
    client = client_of(people.adam)
    step(client, "begin", key="k-0")
    step(client, "cancel", "No.", key="c-0")
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for number in range(1, 4):
        step(client, "begin", key=f"k-{number}")
        step(client, "cancel", "No.", key=f"c-{number}")

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)


def test_the_page_says_what_to_do_first(old: Shop, people: People, client_of: ClientOf) -> None:
    text = words(client_of(people.adam), URL)

    assert "Until then nothing goes." in text
    assert "Nothing was ever removed." in text


def test_what_was_removed_says_so_where_a_link_leads_there(
    old: Shop, people: People, anna: User, client_of: ClientOf
) -> None:
    Ticket.objects.update(state="EXPIRED", resolved_at=None)
    adam = client_of(people.adam)
    agreed(adam, client_of(anna))
    assert worked().removed["tickets"] == 1

    ticket, event = adam.get("/f/shop/tickets/1/"), adam.get("/f/shop/events/1/")
    never = adam.get("/f/shop/tickets/99/")

    assert (ticket.status_code, event.status_code, never.status_code) == (410, 410, 404)
    said = "Ticket #1 was removed by retention. The last removal of tickets, number 1, was on"
    assert said in ticket.content.decode()
    assert "adam had exported them before." in event.content.decode()


def test_the_feed_names_the_first_number_that_is_kept(
    old: Shop, people: People, anna: User, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)
    agreed(adam, client_of(anna))
    upto = worked().events_upto
    assert upto > 1

    gone = adam.get(f"/api/v1/events?fleet=shop&after={upto - 1}")
    kept = adam.get(f"/api/v1/events?fleet=shop&after={upto}")

    assert (gone.status_code, gone.json()["code"]) == (410, "events_removed")
    assert gone.json()["first"] == upto + 1
    assert kept.json()["events"][0]["seq"] == upto + 1


def test_a_removal_that_waits_for_a_lost_key_says_so_and_how_it_goes_on(
    old: Shop, people: People, anna: User, client_of: ClientOf, clock: Clock
) -> None:
    adam = client_of(people.adam)
    agreed(adam, client_of(anna))
    fleet_seal(fleet_id=people.fleet.pk)
    clock.forward(minutes=3)

    with override_settings(SEAL_KEYS=("n" * 32,)):
        worked()
        waits = words(adam, URL)
        call_command("give_up_seal_key", "shop", "--yes", "--reason", "gone", stdout=StringIO())
        may_go_on = words(adam, URL)
        assert worked().state == "DONE"

    assert "It waits: what goes is written down and signed, and the log is sealed with" in waits
    assert "python manage.py give_up_seal_key shop" in waits
    assert "A worker removes it in small steps" in may_go_on
