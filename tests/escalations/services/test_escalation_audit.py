from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.services.auditor import escalations_audit
from governance.models import Event
from tests.clock import NOON
from tests.escalations.asking import task_asked
from tests.escalations.holders import snoozed

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    """A ticket whose second level is called at 12:15."""
    return task_asked(fleet, crew.lena)


def _mended() -> list[str]:
    events = Event.objects.filter(name="auditor.mended").order_by("seq")
    return [event.payload["sentence"] for event in events]


def test_a_step_the_sweeper_left_is_made_once_and_the_delay_is_told(
    ticket: Ticket, clock: Clock
) -> None:
    clock.forward(minutes=16)

    counts = [escalations_audit(), escalations_audit()]

    ticket.refresh_from_db()
    assert (counts, ticket.escalation_level) == ([1, 0], 2)
    assert _mended() == ["Ticket #1 was 60 s late to be escalated; it is with level 2 now."]
    assert Event.objects.get(name="ticket.escalated").actor == "auditor"


def test_the_sweeper_gets_its_time(ticket: Ticket, clock: Clock) -> None:
    clock.forward(minutes=15, seconds=29)

    assert escalations_audit() == 0


def test_a_ticket_that_lost_its_next_step_gets_it_back(ticket: Ticket, clock: Clock) -> None:
    Ticket.objects.update(escalate_at=None)

    counts = [escalations_audit(), escalations_audit()]

    ticket.refresh_from_db()
    assert (counts, ticket.escalate_at) == ([1, 0], NOON + timedelta(minutes=15))
    assert _mended() == ["Ticket #1 had lost its next step of escalation; it is with level 1 now."]


def test_what_was_only_to_be_looked_at_again_is_no_trouble(ticket: Ticket, clock: Clock) -> None:
    Ticket.objects.update(escalate_at=NOON)
    clock.forward(minutes=1)

    mended = escalations_audit()

    ticket.refresh_from_db()
    assert (mended, _mended()) == (0, [])
    assert ticket.escalate_at == NOON + timedelta(minutes=15)


def test_what_somebody_put_off_is_left_until_it_wakes(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    snoozed(ticket, crew.rita, minutes=20)
    clock.forward(minutes=17)
    asleep = escalations_audit()
    clock.forward(minutes=3, seconds=20)
    just_awake = escalations_audit()
    clock.forward(seconds=20)

    assert (asleep, just_awake, escalations_audit()) == (0, 0, 1)


def test_a_decided_or_overdue_ticket_is_not_escalated(ticket: Ticket, clock: Clock) -> None:
    clock.forward(minutes=30, seconds=40)

    escalations_audit()

    ticket.refresh_from_db()
    assert (ticket.state, ticket.escalation_level) == ("EXPIRED", 1)
