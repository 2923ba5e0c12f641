"""Approved tasks that nothing was started with, each with what is left of its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.services.lapsing import unstarted_sweep
from tests.dashboard.test_decided_page import started
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/queue/unstarted/"


def shown(client: Any) -> Any:
    return client.get(URL).context["unstarted"]


def test_an_approval_waits_there_until_it_is_started(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approve(shop.refund(title="Waits"), people.rita)
    runs = shop.refund(title="Runs")
    approve(runs, people.rita)
    started(shop, runs, clock)
    deny(shop.refund(title="Denied"), people.rita)

    page = shown(client_of(people.mona))

    (row,) = page.waiting
    assert (row.title, row.agent, row.approved_by) == ("Waits", "refund-bot", ("Rita Okafor",))
    assert row.approved_at.isoformat() == "2026-03-02T12:00:00+00:00"
    assert page.lapsed == ()


def test_one_past_its_time_never_started_swept_or_not(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approve(shop.refund(title="Late"), people.rita)
    clock.forward(hours=2)
    client = client_of(people.rita)

    before = shown(client)
    unstarted_sweep()
    after = shown(client)

    assert [row.title for row in before.lapsed] == ["Late"]
    assert after.lapsed == before.lapsed
    assert (before.waiting, after.waiting) == ((), ())
    assert after.lapsed[0].came.mark.label == "Never started"


def test_one_that_lapsed_leaves_the_list_after_seven_days(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    approve(ticket, people.rita)
    client = client_of(people.rita)
    clock.now = shown(client).waiting[0].usable_until
    clock.forward(days=7, microseconds=-1)

    still = shown(client).lapsed
    clock.forward(microseconds=1)
    gone = shown(client).lapsed

    assert (len(still), len(gone)) == (1, 0)


def test_the_log_leads_there(shop: Shop, people: People, client_of: ClientOf) -> None:
    response = client_of(people.rita).get("/f/shop/queue/decided/")

    assert 'href="/f/shop/queue/unstarted/"' in response.content.decode()


def test_a_long_list_asks_no_more_of_the_database_than_a_short_one(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)
    approve(shop.refund(), people.rita)
    client.get(URL)
    with CaptureQueriesContext(connection) as short:
        client.get(URL)
    for _ in range(3):
        approve(shop.refund(), people.rita)
    with CaptureQueriesContext(connection) as long:
        client.get(URL)

    assert len(long) == len(short)
