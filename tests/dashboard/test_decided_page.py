from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from governance.domain.types import Result
from governance.services.outcomes import task_outcome
from governance.services.ring_verdicts import ring_clear
from governance.services.schemas import OutcomeBody
from governance.services.starts import task_start
from tests.dashboard.rings import ring_new
from tests.dashboard.shop import asked
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/queue/decided/"


def shown(client: Any, url: str = URL) -> Any:
    return client.get(url).context["decided"]


def started(shop: Shop, ticket: Ticket, clock: Clock) -> Ticket:
    """Let the agent start what was approved, once the undo window is over."""
    clock.forward(seconds=11)
    task_start(key=shop.key, task_id=asked(ticket).pk, action_digest=ticket.action_digest)
    return ticket


def ended(shop: Shop, ticket: Ticket, result: Result, clock: Clock) -> None:
    task_outcome(
        key=shop.key,
        task_id=asked(started(shop, ticket, clock)).pk,
        body=OutcomeBody(result=result),
    )


def test_decided_expired_and_withdrawn_tickets_are_told_apart(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    withdrawn, expired = shop.refund(title="Withdrawn one"), shop.refund(title="Expired one")
    shop.withdraw(withdrawn)
    clock.forward(minutes=31)
    shop.look_at(expired)
    deny(shop.refund(title="Denied one"), people.mona)

    response = client_of(people.rita).get(URL)
    page = response.context["decided"]

    assert [(row.title, row.mark.label, row.ruling.by) for row in page.rows] == [
        ("Denied one", "Denied", "Mona Lind"),
        ("Expired one", "Expired", ""),
        ("Withdrawn one", "Withdrawn", ""),
    ]
    assert "the customer called off" in response.content.decode()
    assert [link.label for link in page.endings] == [
        "All 3",
        "Denied 1",
        "Expired 1",
        "Withdrawn 1",
    ]


def test_each_vote_of_a_quorum_is_shown_with_who_when_and_why(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.purge()
    approve(ticket, people.rita, reauthenticated_at=clock.now)
    ticket.refresh_from_db()
    clock.forward(minutes=2)
    approve(ticket, people.mona, reason_text="Asked <b>Lena</b>.", reauthenticated_at=clock.now)

    response = client_of(people.rita).get(URL)
    (row,) = response.context["decided"].rows

    assert [(vote.name, vote.role, vote.word, vote.reason_label) for vote in row.votes] == [
        ("you", "reviewer", "approved", "The arguments are right"),
        ("Mona Lind", "manager", "approved", "The arguments are right"),
    ]
    assert (row.policy_number, row.action_digest) == (1, ticket.action_digest)
    assert row.settled_unvoted is False
    page = response.content.decode()
    assert ticket.action_digest in page
    assert "Asked &lt;b&gt;Lena&lt;/b&gt;." in page


def test_an_approval_says_what_became_of_it(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    for title, result in (("Good", Result.SUCCESS), ("Bad", Result.FAILURE)):
        ticket = shop.refund(title=title)
        approve(ticket, people.rita)
        ended(shop, ticket, result, clock)
    runs = shop.refund(title="Runs")
    approve(runs, people.rita)
    started(shop, runs, clock)
    approve(shop.refund(title="Waits"), people.rita)

    rows = shown(client_of(people.rita)).rows

    assert [(row.title, row.came.mark.label) for row in rows] == [
        ("Waits", "Not started"),
        ("Runs", "Still running"),
        ("Bad", "Failed later"),
        ("Good", "Succeeded"),
    ]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("outcome=approved", ["Third", "First"]),
        ("outcome=denied", ["Second"]),
        ("outcome=expired", []),
        ("kind=task&level=HIGH", ["Third", "Second", "First"]),
        ("kind=release", []),
        ("level=CRITICAL", []),
        ("person=rita", ["Third", "First"]),
        ("person=mona&outcome=approved", []),
        ("person=nobody", []),
        ("agent=REFUND", ["Third", "Second", "First"]),
        ("agent=other", []),
        ("from=2026-03-02T12:01", ["Third", "Second"]),
        ("from=2026-03-02T12:01&to=2026-03-02T12:02", ["Second"]),
        ("to=2026-03-02", ["Third", "Second", "First"]),
        ("q=paid+back", ["Second"]),
        ("q=THIRD", ["Third"]),
        ("q=%231", ["First"]),
        ("q=99999999999999999999999", []),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock, query: str, titles: list[str]
) -> None:
    approve(shop.refund(title="First"), people.rita)
    clock.forward(minutes=1)
    deny(shop.refund(title="Second"), people.mona)
    clock.forward(minutes=1)
    approve(shop.refund(title="Third"), people.rita)

    page = shown(client_of(people.rita), f"{URL}?{query}")

    assert [row.title for row in page.rows] == titles
    assert page.total == len(titles)
    assert page.problems == ()


def test_ones_own_history_is_a_link_that_keeps_the_other_filters(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    approve(shop.refund(title="Mine"), people.rita)
    deny(shop.refund(title="Hers"), people.mona)
    client = client_of(people.rita)

    page = shown(client, f"{URL}?kind=task")
    everybodys, own = page.whose
    mine = shown(client, own.url)

    assert (everybodys.is_chosen, own.url) == (True, f"{URL}?kind=task&person=rita")
    assert [row.title for row in mine.rows] == ["Mine"]
    assert [one.is_chosen for one in mine.whose] == [False, True]
    assert mine.files is not None
    assert mine.files.csv_url == "/queue/decided.csv?kind=task&person=rita"


def test_older_decisions_are_a_page_away_and_stay_narrowed(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.decided.PAGE_SIZE", 2)
    for number in (1, 2, 3):
        clock.forward(seconds=1)
        deny(shop.refund(title=f"Number {number}"), people.mona)
    client = client_of(people.rita)

    first = shown(client, f"{URL}?outcome=denied")
    second = shown(client, first.older_url)

    assert [row.title for row in first.rows] == ["Number 3", "Number 2"]
    assert [row.title for row in second.rows] == ["Number 1"]
    assert (first.newer_url, second.older_url) == ("", "")
    assert (second.newer_url, second.total) == (f"{URL}?outcome=denied", 3)


@pytest.mark.parametrize("before", ["nonsense", "20260302T120000.000000Z_", "_", "%00"])
def test_a_mangled_position_shows_the_first_page_and_says_so(
    shop: Shop, people: People, client_of: ClientOf, before: str
) -> None:
    deny(shop.refund(), people.mona)

    response = client_of(people.rita).get(f"{URL}?before={before}")

    assert response.status_code == 200
    assert len(response.context["decided"].rows) == 1
    assert "It takes the place an Older link names." in response.content.decode()


def test_a_cleared_ring_is_no_longer_simply_confirmed(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ring = ring_new()
    ticket = Ticket.objects.get(subject=ring.pk)
    approve(
        ticket, people.mona, choice="confirm", reason_code="work_checked", reason_text="Checked."
    )
    clock.forward(hours=1)
    ring_clear(fleet=ring.fleet, ring_id=ring.pk, user=people.mona, reason="Wrong checks.")

    (row,) = shown(client_of(people.rita)).rows

    assert row.ruling.note.endswith(
        "Cleared 2\N{NO-BREAK SPACE}Mar 13:00 UTC: nothing of that stands."
    )
    assert "with nothing taken off for what they paid each other" in row.ruling.note


def test_a_long_list_asks_no_more_of_the_database_than_a_short_one(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.rita)
    ticket = shop.refund()
    approve(ticket, people.rita)
    ended(shop, ticket, Result.SUCCESS, clock)
    client.get(URL)
    with CaptureQueriesContext(connection) as short:
        client.get(URL)
    for _ in range(4):
        approve(shop.refund(), people.rita)
        deny(shop.refund(), people.mona)
    with CaptureQueriesContext(connection) as long:
        client.get(URL)

    assert len(long) == len(short)
