"""A reviewer's own pace on the queue page, for that reviewer's eyes only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Vote
from escalations.services.claims import ticket_claim
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def pace(client: Any, url: str = "/queue/") -> Any:
    return client.get(url).context["queue"].pace


def approved(shop: Shop, people: People, clock: Clock, count: int, *, after_s: float) -> None:
    """Let rita approve as many refunds, each so long after it was opened."""
    for _ in range(count):
        ticket = shop.refund()
        clock.forward(seconds=after_s)
        approve(ticket, people.rita)


def test_whoever_decided_nothing_lately_reads_nothing(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved(shop, people, clock, 1, after_s=0)
    clock.forward(minutes=10)

    assert pace(client_of(people.rita)) is None


def test_an_unhurried_pace_is_one_calm_sentence(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved(shop, people, clock, 4, after_s=40)
    deny(shop.refund(), people.rita)

    shown = pace(client_of(people.rita))

    assert shown.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "Your last 10 min: 5 answers, 4 approvals among them. At most 40 s from your claim, or"
        " else from the opening, to your answer (median of 5)."
    )
    assert shown.advice == ""


def test_five_fast_answers_suggest_a_break_and_hold_nothing_back(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved(shop, people, clock, 5, after_s=4.5)

    response = client_of(people.rita).get("/queue/")

    shown = response.context["queue"].pace
    assert "At most 4.5\N{NO-BREAK SPACE}s" in shown.sentence
    assert shown.advice == (
        "Under 5\N{NO-BREAK SPACE}s is short. A break or a second pair of eyes may help; nothing"
        " is held back."
    )
    assert shown.advice in response.content.decode()
    assert approve(shop.refund(), people.rita).ticket.state == "RESOLVED"


def test_twenty_approvals_suggest_a_break(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved(shop, people, clock, 20, after_s=6)

    assert pace(client_of(people.rita)).advice.startswith("20 approvals or more in that time")


def test_nobody_else_reads_it(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved(shop, people, clock, 5, after_s=1)

    assert pace(client_of(people.mona)) is None
    assert "A break" not in client_of(people.mona).get("/queue/decided/").content.decode()


def test_a_claim_is_when_the_time_begins(shop: Shop, people: People, clock: Clock) -> None:
    claimed, unclaimed = shop.refund(), shop.refund()
    clock.forward(minutes=5)
    ticket_claim(ticket_id=claimed.pk, user=people.rita, expected_version=claimed.version)
    began, opened = clock.now, unclaimed.opened_at
    clock.forward(seconds=30)
    claimed.refresh_from_db()
    approve(claimed, people.rita)
    approve(unclaimed, people.rita)

    kept = Vote.objects.order_by("began_at").values_list("ticket_id", "began_at")

    assert list(kept) == [(unclaimed.pk, opened), (claimed.pk, began)]


def test_more_answers_ask_no_more_of_the_database(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.rita)
    approved(shop, people, clock, 1, after_s=0)
    client.get("/queue/")
    with CaptureQueriesContext(connection) as short:
        client.get("/queue/")
    approved(shop, people, clock, 4, after_s=0)
    with CaptureQueriesContext(connection) as long:
        client.get("/queue/")

    assert len(long) == len(short)
