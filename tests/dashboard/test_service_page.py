"""Service levels: every figure is what an independent count of the tickets gives."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from escalations.services.decisions import ticket_decide
from escalations.services.expiry import tickets_expire_due
from tests.dashboard.incident import words

if TYPE_CHECKING:
    from dashboard.cards.service import ServicePage
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/service/"


def page_of(client: Any, query: str = "") -> ServicePage:
    page: ServicePage = client.get(f"{URL}{query}").context["service"]
    return page


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def denied(ticket: Ticket, people: People, *, by: str = "mona") -> None:
    ticket_decide(
        ticket_id=ticket.pk,
        user=getattr(people, by),
        choice="deny",
        reason_code="other",
        reason_text="Not today.",
        expected_version=ticket.version,
        via="browser",
    )


def expire(ticket: Ticket, clock: Clock) -> None:
    clock.forward(seconds=(ticket.decide_by - clock.now).total_seconds() + 1)
    tickets_expire_due()


def test_what_ended_is_summed_up_with_its_times(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    clock.forward(seconds=90)
    denied(ticket, people)
    expire(shop.refund(), clock)

    page = page_of(client_of(people.mona))

    assert plain(page.summary) == (
        "2 tickets ended in the last 7 days: 1 of 2 answered, 1 of 2 expired unanswered. Half were"
        " answered within 1:30, 9 of 10 within 1:30."
    )
    figures = {plain(figure.label): figure.value for figure in page.figures}
    assert figures == {
        "Answered": "1",
        "Expired": "1",
        "Escalated": "0",
        "Median": "1:30",
        "9 of 10 within": "1:30",
    }


def test_a_period_leaves_out_what_ended_outside_of_it(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop.refund(), people)
    clock.forward(hours=30)

    client = client_of(people.mona)

    assert plain(page_of(client, "?range=24h").summary) == "No ticket ended in the last 24 h."
    assert page_of(client, "?range=7d").figures[0].value == "1"


def test_bars_are_of_the_hour_in_which_tickets_ended(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop.refund(), people)
    denied(shop.refund(), people)
    clock.forward(hours=2)
    denied(shop.refund(), people)

    chart = page_of(client_of(people.mona), "?range=24h").chart

    rows = [(plain(row[0].text)[-5:], row[1].text, row[2].text) for row in chart.table.rows]
    assert rows == [("14:00", "1", "1"), ("12:00", "2", "2")]
    assert chart.figure is not None
    answered = next(trace for trace in chart.figure["data"] if trace["name"] == "Answered")
    assert len(answered["x"]) == 25
    assert (answered["y"][-1], answered["y"][-3], sum(answered["y"])) == (1, 2, 3)


def test_the_chart_says_which_bars_are_cut_off_by_the_period(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    denied(shop.refund(), people)
    client = client_of(people.mona)

    week = page_of(client).chart.summary
    whole = page_of(client, "?from=2026-02-20&to=2026-03-02T12:00").chart.summary

    assert week == (
        "1 ended. The bar of a day is what ended within it; of the first and the last only the part"
        " within the period counts."
    )
    assert whole == (
        "1 ended. The bar of a day is what ended within it; of the last only the part within the"
        " period counts."
    )


def test_whole_days_have_whole_bars_and_no_empty_one_after_them(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop.refund(), people)
    clock.forward(hours=48)

    chart = page_of(client_of(people.mona), "?from=2026-02-27&to=2026-03-02").chart

    assert chart.summary == "1 ended. The bar of a day is what ended within it."
    assert chart.figure is not None
    assert [at[:10] for at in chart.figure["data"][0]["x"]] == [
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
        "2026-03-02",
    ]


def test_a_period_without_an_end_goes_on_while_the_page_is_open(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.mona)
    page = page_of(client, "?from=2026-03-01")
    clock.forward(hours=3)
    denied(shop.refund(), people)

    parts = client.get(page.parts_url).context["service"]

    assert (page.bar.since_text, page.bar.until_text) == ("2026-03-01T00:00", "")
    assert (page.figures[0].value, parts.figures[0].value) == ("0", "1")


def test_what_waits_stands_by_risk_and_age(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    old, young = shop.refund(), shop.refund()
    Ticket.objects.filter(pk=old.pk).update(opened_at=clock.now - timedelta(minutes=20))
    Ticket.objects.filter(pk=young.pk).update(opened_at=clock.now - timedelta(minutes=5))

    page = page_of(client_of(people.mona))

    counts = {row.level: [cell.count for cell in row.cells] for row in page.waiting}
    assert counts == {
        "CRITICAL": [0, 0, 0, 0],
        "HIGH": [0, 1, 1, 0],
        "MEDIUM": [0, 0, 0, 0],
        "LOW": [0, 0, 0, 0],
    }
    assert [plain(age) for age in page.ages] == [
        "under 5 min",
        "5 min to 15 min",
        "15 min to 1 h",
        "over 1 h",
    ]
    (cell,) = [
        cell
        for row in page.waiting
        for cell in row.cells
        if cell.count and "15 min to" in plain(cell.age)
    ]
    assert cell.url == "/f/shop/queue/?level=HIGH"


def test_managers_see_who_answered_by_name_and_reviewers_themselves(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    denied(shop.refund(), people, by="rita")
    denied(shop.refund(), people, by="mona")
    denied(shop.refund(), people, by="mona")

    for_mona, for_rita = page_of(client_of(people.mona)), page_of(client_of(people.rita))

    assert [(line.answers, line.approvals) for line in for_mona.people] == [
        ("2", "0 of 2"),
        ("1", "0 of 1"),
    ]
    assert [line.name for line in for_mona.people] == sorted(line.name for line in for_mona.people)
    assert [line.answers for line in for_rita.people] == ["1"]
    assert for_rita.whose == "your own; managers see everybody's"


def test_the_page_says_what_of_its_address_it_did_not_understand(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = words(client_of(people.mona), f"{URL}?range=year")

    assert "range cannot be “year”. It takes 24h, 7d, 30d, 90d." in text


def test_more_tickets_cost_no_more_queries(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    denied(shop.refund(), people)
    client = client_of(people.mona)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(5):
        denied(shop.refund(), people)
        denied(shop.refund(), people, by="rita")
        shop.refund()
        clock.forward(hours=5)

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)


def test_figures_stand_beside_those_of_the_period_before(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    expire(shop.refund(), clock)
    ticket = shop.refund()
    clock.forward(seconds=40)
    denied(ticket, people)
    clock.forward(hours=24)
    denied(shop.refund(), people)

    figures = page_of(client_of(people.mona), "?range=24h").figures

    assert [(figure.value, plain(figure.before)) for figure in figures[:4]] == [
        ("1", "the period before: 1 of 2"),
        ("0", "the period before: 1 of 2"),
        ("0", "the period before: 0 of 2"),
        ("0:00", "the period before: 0:40, n 1"),
    ]
    assert [figure.before for figure in page_of(client_of(people.mona), "?range=7d").figures][
        -1
    ] == ("the period before: nothing answered")
