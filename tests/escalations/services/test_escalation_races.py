"""Escalation beside other moves: real connections, let go at the same instant."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.services.auditor import escalations_audit
from escalations.services.escalating import tickets_escalate_due
from governance.models import Event
from governance.services.fleets import membership_remove
from tests.escalations.answering import deny
from tests.escalations.asking import task_asked
from tests.escalations.holders import escalate
from tests.escalations.services.test_races import being_decided
from tests.racing import at_once

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(5)


def test_sweepers_at_once_call_each_level_once(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    tickets = [task_asked(fleet, crew.lena) for _ in range(60)]
    clock.forward(minutes=16)

    at_once(tickets_escalate_due, tickets_escalate_due, escalations_audit)
    tickets_escalate_due()

    told = Event.objects.filter(name="ticket.escalated").values_list("ids__ticket", flat=True)
    assert sorted(told) == sorted(str(ticket.pk) for ticket in tickets)


def test_a_denial_and_an_escalation_at_once_never_call_anybody_afterwards(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    def duel() -> list[str]:
        ticket = task_asked(fleet, crew.lena)
        clock.forward(minutes=15)
        at_once(lambda: deny(ticket, crew.rita), tickets_escalate_due)
        ticket.refresh_from_db()
        told = Event.objects.filter(ids__ticket=str(ticket.pk)).order_by("seq")
        return [ticket.resolution, *told.values_list("name", flat=True)]

    opened, ends = ["denied", "ticket.opened"], ["ticket.vote_recorded", "ticket.resolved"]
    legal = ([*opened, *ends], [*opened, "ticket.escalated", *ends])
    assert [found for _ in ROUNDS if (found := duel()) not in legal] == []


def test_what_somebody_is_deciding_is_passed_over_and_looked_at_again(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    held, free = task_asked(fleet, crew.lena), task_asked(fleet, crew.lena)
    clock.forward(minutes=16)

    with being_decided(held):
        first = [tickets_escalate_due(), escalations_audit()]

    free.refresh_from_db()
    assert (first, free.escalation_level) == ([1, 0], 2)
    assert tickets_escalate_due() == 1


def test_who_leaves_while_others_decide_leaves_no_lock_behind(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    tickets = [task_asked(fleet, crew.lena) for _ in range(5)]

    at_once(
        lambda: membership_remove(fleet=fleet, user=crew.ravi, actor="adam"),
        *(partial(deny, ticket, crew.rita) for ticket in tickets),
        tickets_escalate_due,
    )

    assert set(Ticket.objects.values_list("state", flat=True)) == {"RESOLVED"}


def test_people_and_sweepers_at_once_call_a_level_once(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    def duel() -> list[int]:
        ticket = task_asked(fleet, crew.lena)
        clock.forward(minutes=15)
        at_once(
            lambda: escalate(ticket, crew.rita),
            lambda: escalate(ticket, crew.ravi),
            tickets_escalate_due,
        )
        told = Event.objects.filter(name="ticket.escalated", ids__ticket=str(ticket.pk))
        return [event.payload["level"] for event in told]

    assert [found for _ in ROUNDS if (found := duel()) != [2]] == []
