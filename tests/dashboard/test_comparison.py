"""A ticket's request against the last approved run of the same work."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dashboard.cards.earlier import Change, EarlierRun
from escalations.models import Ticket
from governance.domain.types import Result
from governance.models import Decision, Task
from tests.dashboard.earlier import allowed, approved_and_started, finish
from tests.dashboard.shop import NEWCOMER, asked
from tests.dashboard.ticket_page import card, page
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    from django.test import Client

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def run_of(client: Client, ticket: Ticket) -> EarlierRun:
    run = card(client, ticket).comparison.run
    assert isinstance(run, EarlierRun)
    return run


def test_changed_arguments_are_shown_line_by_line(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved_and_started(shop, clock, arguments={"amount_usd": "12.00", "order": 7})
    ticket = shop.refund(arguments={"amount_usd": "1200.00", "order": 7})

    text = page(client_of(people.rita), ticket).content.decode()

    assert "<del>  &quot;amount_usd&quot;: &quot;12.00&quot;</del>" in text
    assert "<ins>  &quot;amount_usd&quot;: &quot;1200.00&quot;</ins>" in text
    assert '<a href="/f/shop/tickets/1/">#1</a>' in text


def test_it_says_who_approved_that_run_and_how_it_ended(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    earlier = approved_and_started(shop, clock)
    waiting = run_of(client_of(people.rita), shop.refund())
    finish(shop, asked(earlier), Result.FAILURE)
    reported = run_of(client_of(people.rita), shop.refund())

    assert waiting.how == "approved by Mona Lind 12:00:00"
    assert waiting.ended.label == "still running"
    assert reported.ended.label == "failure"


def test_the_same_arguments_are_said_to_be_the_same(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved_and_started(shop, clock, arguments={"order": 7})
    ticket = shop.refund(arguments={"order": 7})

    text = page(client_of(people.rita), ticket).content.decode()

    assert 'Same arguments as <a href="/f/shop/tickets/1/">#1</a>' in text


def test_the_same_arguments_for_another_target_or_more_money_are_not_the_same_action(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    same = {"arguments": {"order": 7}}
    approved_and_started(shop, clock, target="order/7", budget_usd=Decimal(100), **same)
    ticket = shop.refund(target="order/8", budget_usd=Decimal(150), **same)

    run = run_of(client_of(people.rita), ticket)

    assert run.diff.is_same
    assert run.changes == (
        Change(label="Target", was="order/7", now="order/8"),
        Change(label="Spend cap", was="$100.00", now="$150.00"),
    )


def test_without_an_approved_run_it_says_so(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = page(client_of(people.rita), shop.refund()).content.decode()

    assert "No approved run before: in 90&nbsp;days" in text.replace("\N{NO-BREAK SPACE}", "&nbsp;")


def test_an_approval_that_was_never_used_is_no_run(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    approve(shop.refund(), people.mona)
    deny(shop.refund(), people.mona)

    shown = card(client_of(people.rita), shop.refund()).comparison

    assert shown.run is None


def test_what_the_gate_allowed_and_went_well_is_a_run_too(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    task = allowed(shop)
    finish(shop, task)
    ticket = shop.refund()
    Task.objects.filter(pk=asked(ticket).pk).update(tool="shop.note")

    run = run_of(client_of(people.rita), ticket)

    assert (run.name, run.url) == (task.external_id, "")
    assert (run.how, run.ended.label) == ("allowed without a person", "success")


def test_what_the_gate_allowed_and_failed_is_none(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    finish(shop, allowed(shop), Result.FAILURE)
    ticket = shop.refund()
    Task.objects.filter(pk=asked(ticket).pk).update(tool="shop.note")

    assert card(client_of(people.rita), ticket).comparison.run is None


def test_what_ran_only_because_shadow_mode_holds_nothing_is_none(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    task = allowed(shop)
    finish(shop, task)
    Decision.objects.filter(task=task).update(would_be="escalate")
    ticket = shop.refund()
    Task.objects.filter(pk=asked(ticket).pk).update(tool="shop.note")

    assert card(client_of(people.rita), ticket).comparison.run is None


def test_the_later_of_both_is_compared_with(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved_and_started(shop, clock)
    clock.forward(minutes=1)
    task = allowed(shop)
    finish(shop, task)
    Task.objects.filter(pk=task.pk).update(tool="shop.refund")

    assert run_of(client_of(people.rita), shop.refund()).name == task.external_id


def test_other_tools_and_other_agents_are_not_compared_with(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    earlier = approved_and_started(shop, clock)
    ticket = shop.refund(operation="refund.undo")
    incident = shop.attempt()
    Task.objects.filter(pk=asked(earlier).pk).update(tool="shop.purge")

    client = client_of(people.rita)

    assert card(client, ticket).comparison.run is None
    assert incident.agent is not None
    assert incident.agent.external_id == NEWCOMER
    assert card(client, incident).comparison.run is None


def test_a_settled_ticket_keeps_what_its_reviewers_could_compare_with(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    settled = shop.refund()
    deny(settled, people.mona)
    clock.forward(minutes=1)
    approved_and_started(shop, clock)

    assert card(client_of(people.rita), settled).comparison.run is None


def test_hidden_characters_of_both_sides_are_seen(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    approved_and_started(shop, clock, arguments={"to": "DE1\u202e"})
    ticket = shop.refund(arguments={"to": "DE\u200b2"})

    text = page(client_of(people.rita), ticket).content.decode()

    assert "DE1<mark>U+202E</mark>" in text
    assert "DE<mark>U+200B</mark>2" in text
