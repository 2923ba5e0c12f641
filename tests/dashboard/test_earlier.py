"""What the ticket page tells of past answers, of the run, and of what an approval permits."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Ticket
from governance.domain.types import Result
from governance.models import Task
from tests.dashboard.earlier import approved_and_started, finish
from tests.dashboard.shop import asked
from tests.dashboard.ticket_page import card, page
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

NBSP = "\N{NO-BREAK SPACE}"


def lines(client: Client, ticket: Ticket) -> list[tuple[Any, ...]]:
    return [
        (line.number, line.mark.label, line.by, line.reason, line.cap, line.ended.label)
        for line in card(client, ticket).decisions.lines
    ]


def test_past_answers_say_who_why_and_how_it_went(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    went_wrong = approved_and_started(shop, clock, budget_usd=Decimal(95))
    finish(shop, asked(went_wrong), Result.PARTIAL)
    clock.forward(minutes=1)
    refused = shop.refund()
    deny(refused, people.mona)
    ticket = shop.refund()

    # An audit of what finished may have taken the number between.
    assert lines(client_of(people.rita), ticket) == [
        (refused.number, "Denied", "Mona Lind", "The arguments are wrong. The order is paid back.", "$180.00",
         "not run"),
        (1, "Approved", "Mona Lind", "The arguments are right. Checked the order.", "$95.00",
         "partial"),
    ]  # fmt: skip


def test_what_nobody_answered_is_no_persons_denial(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    expired = shop.refund()
    clock.now = expired.decide_by
    shop.look_at(expired)

    assert lines(client_of(people.rita), shop.refund()) == [
        (1, "Expired", "", "", "$180.00", "not run")
    ]


def test_an_approval_that_waits_for_its_start_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    approve(shop.refund(), people.mona)

    assert lines(client_of(people.rita), shop.refund())[0][-1] == "not started yet"


def test_withdrawn_other_operations_and_what_still_waits_do_not_count(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.withdraw(shop.refund())
    deny(shop.refund(operation="refund.undo"), people.mona)
    shop.refund()

    shown = card(client_of(people.rita), shop.refund()).decisions

    assert (shown.lines, shown.total) == ((), 0)


def test_five_are_shown_of_all(shop: Shop, people: People, client_of: ClientOf) -> None:
    for _ in range(7):
        deny(shop.refund(), people.mona)
    ticket = shop.refund()

    text = page(client_of(people.rita), ticket).content.decode()

    assert "5 of 7: 5 denied" in text


def test_without_any_it_says_so(shop: Shop, people: People, client_of: ClientOf) -> None:
    text = page(client_of(people.rita), shop.refund()).content.decode()

    assert "Nobody has decided about this operation of this agent yet." in text


def test_what_waits_beside_it_in_the_run_is_listed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(external_id="root", title="Reconcile payouts")
    shop.purge(external_id="sibling", parent="root", title="Delete drafts")
    deny(shop.refund(external_id="denied", parent="root"), people.mona)
    shop.refund(external_id="stranger")
    ticket = shop.refund(external_id="child", parent="root")

    waiting = card(client_of(people.rita), ticket).waiting

    assert waiting.total == 2
    # What ends first, first: a critical one has 15 min.
    assert [(line.number, line.title, line.level) for line in waiting.lines] == [
        (2, "Delete drafts", "CRITICAL"),
        (1, "Reconcile payouts", "HIGH"),
    ]


def test_tainted_ancestors_are_marked_and_counted(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.refund(external_id="root")
    shop.refund(external_id="middle", parent="root")
    ticket = shop.refund(external_id="leaf", parent="middle")
    Task.objects.filter(external_id__in=("root", "leaf")).update(tainted_at=clock.now)

    shown = card(client_of(people.rita), ticket)

    middle = shown.lineage.children[0]
    assert shown.lineage_note.endswith(f"1 of its 2{NBSP}ancestors tainted")
    assert [shown.lineage.is_tainted, middle.is_tainted] == [True, False]
    assert middle.children[0].is_tainted


@pytest.mark.parametrize(
    ("name", "words"), [("root", "nothing above it"), ("child", "no tainted ancestor")]
)
def test_a_run_without_taint_says_so(
    shop: Shop, people: People, client_of: ClientOf, name: str, words: str
) -> None:
    shop.refund(external_id="root")
    shop.refund(external_id="child", parent="root")
    ticket = Ticket.objects.get(task__external_id=name)

    assert card(client_of(people.rita), ticket).lineage_note.endswith(words)


def test_it_says_what_approving_permits_and_what_not(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shown = card(client_of(people.rita), shop.purge(budget_usd=Decimal(180))).permits

    assert shown.does == (
        "One run of exactly this, by refund-bot alone",
        f"Start within 10{NBSP}min, from 10{NBSP}s after the last approval",
        "At most $180.00",
    )
    assert shown.does_not == (
        "Other arguments: they are voted on anew; another target or environment: a new ticket",
        "A second run, or a start after that time",
        "More spending, or any tool but shop.purge",
    )


def test_what_has_no_cap_is_said_to_have_none(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    Task.objects.filter(pk=asked(ticket).pk).update(spend_cap_usd=None, tool="")

    shown = card(client_of(people.rita), ticket).permits

    assert shown.does[-1] == "Spending without a cap of its own"
    assert shown.does_not[-1] == "More spending"


def test_what_lets_nothing_run_has_no_such_list(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    assert card(client_of(people.rita), shop.attempt()).permits is None


def test_many_past_answers_cost_no_more_queries_than_one(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    client = client_of(people.rita)
    approved_and_started(shop, clock)
    ticket = shop.refund(external_id="root")
    shop.refund(external_id="child", parent="root")
    page(client, ticket)

    with CaptureQueriesContext(connection) as few:
        page(client, ticket)
    for place in range(12):
        deny(shop.refund(), people.mona)
        shop.refund(external_id=f"child-{place}", parent="root")
    clock.forward(seconds=1)
    with CaptureQueriesContext(connection) as many:
        page(client, ticket)

    assert len(many) == len(few)


def test_what_decides_stands_in_a_line_under_the_title(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    deny(shop.refund(), people.mona)

    text = page(client_of(people.rita), shop.refund()).content.decode()

    line = text.split('data-part="glance"')[1].split("</dl>")[0]
    assert "High task, high trust, preset aggressive: 1 approval." in line
    assert "Trust <b>0.98</b>, tier high. Breaker closed." in line
    assert "1 denied, last 1 of 1" in line
