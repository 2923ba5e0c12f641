"""Rules under real connections: revoked, expired and used up while requests come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import PreApproval, Ticket
from escalations.services.preapprovals import preapproval_accept, preapproval_revoke
from governance.models import Grant, Task
from governance.refusals import RefusalError
from tests.escalations.preapproving import NOTE, rule_made
from tests.governance.services.orchestrator import Orchestrator
from tests.racing import at_once
from tests.waiting import behind

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(fleet: Fleet, crew: Crew) -> Orchestrator:
    shop = Orchestrator(fleet, crew)
    shop.tool_new("note", NOTE)
    return shop


def test_a_revocation_and_matches_at_once_leave_nothing_that_may_start(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    def duel() -> set[tuple[str, str]]:
        number = rule_made(fleet, crew.mona).number
        before = Ticket.objects.count()
        at_once(
            lambda: preapproval_revoke(fleet=fleet, number=number, user=crew.rita, reason="Stop."),
            *[lambda: shop.ask("note")] * 3,
        )
        asked = Ticket.objects.select_related("task").order_by("number")[before:]
        return {(ticket.state, ticket.resolution) for ticket in asked}

    found = set().union(*(duel() for _ in range(3)))

    # Approved first and taken back, or never matched: nothing in between.
    assert found <= {("RESOLVED", "denied"), ("PENDING", "")}
    assert not Grant.objects.filter(state="ISSUED").exists()
    assert not Task.objects.filter(state="READY").exists()


def test_of_32_requests_at_once_a_rule_answers_as_many_as_it_says(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    rule = rule_made(fleet, crew.mona, uses_most=3)

    at_once(*[lambda: shop.ask("note")] * 32)

    rule.refresh_from_db()
    assert rule.uses == 3
    assert Ticket.objects.filter(preapproval=rule, resolution="approved").count() == 3
    assert Ticket.objects.filter(preapproval=None, state="PENDING").count() == 29
    assert Grant.objects.count() == 3


def test_a_request_that_waited_until_the_rule_was_revoked_asks_people(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    rule_made(fleet, crew.mona)

    waited = behind(
        lambda: preapproval_revoke(fleet=fleet, number=1, user=crew.rita, reason="Stop."),
        lambda: shop.ask("note"),
    )

    assert waited.waited
    assert waited.answer.task.state == "PENDING"


def test_a_request_that_waited_past_the_end_of_the_rule_asks_people(
    shop: Orchestrator, fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    rule_made(fleet, crew.mona)
    rule_made(fleet, crew.rita)

    waited = behind(
        lambda: preapproval_accept(fleet=fleet, number=2, user=crew.adam),
        lambda: shop.ask("note"),
        then=lambda: clock.forward(hours=8),
    )

    # Its own time is read once it holds the agent, or before: a rule is over at that instant.
    ended = PreApproval.objects.get(number=1).expires_at
    ticket = Ticket.objects.get()
    assert waited.waited
    assert (ticket.preapproval is None) is (ticket.opened_at >= ended)


def test_two_managers_who_accept_at_once_find_one_rule(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    rule_made(fleet, crew.rita)

    answers = at_once(
        lambda: preapproval_accept(fleet=fleet, number=1, user=crew.mona),
        lambda: preapproval_accept(fleet=fleet, number=1, user=crew.adam),
    )

    refused = [each.code for each in answers if isinstance(each, RefusalError)]
    assert refused == ["rule_not_waiting"]
