from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.services.auditor import escalations_audit
from governance.models import Event, Task
from tests.escalations.asking import task_asked

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _mended() -> list[str]:
    events = Event.objects.filter(name="auditor.mended").order_by("seq")
    return [event.payload["sentence"] for event in events]


def test_a_healthy_fleet_is_left_alone(fleet: Fleet, crew: Crew) -> None:
    task_asked(fleet, crew.lena)
    task_asked(fleet, crew.lena, practice=True, state="RUNNING")

    assert escalations_audit() == 0


def test_a_ticket_the_sweeper_left_is_expired_and_the_delay_is_told(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=31)

    mended = escalations_audit()

    ticket.refresh_from_db()
    assert (mended, ticket.state) == (1, "EXPIRED")
    assert _mended() == ["Ticket #1 was 60 s past its deadline; it is expired now."]


def test_the_sweeper_gets_its_time(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    task_asked(fleet, crew.lena)
    clock.forward(minutes=30, seconds=30)

    assert escalations_audit() == 0


def test_a_ticket_about_a_task_that_waits_no_longer_is_withdrawn(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    Task.objects.update(state="CANCELLED")

    counts = [escalations_audit(), escalations_audit()]

    ticket.refresh_from_db()
    assert (counts, ticket.state) == ([1, 0], "CANCELLED")
    assert _mended() == ["Ticket #1 asked about a task that is CANCELLED; it is withdrawn."]
