from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.services.expiry import tickets_expire_due
from escalations.services.undoing import ticket_undo
from governance.events import TaskOverdue
from governance.models import Event, Grant, Task
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from tests.escalations.answering import approve, deny
from tests.escalations.asking import attempt_denied, task_asked

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _overdue_told(task: Task | None) -> None:
    """Publish what governance publishes when it meets a task past its time."""
    assert task is not None
    overdue = TaskOverdue(
        fleet_id=task.fleet_id, actor="gate", task_id=task.pk, agent_id=task.agent_id
    )
    events_publish(overdue, now=clock_now())


def test_the_sweeper_expires_what_is_due(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=30)

    expired = tickets_expire_due()

    ticket.refresh_from_db()
    assert expired == 1
    assert (ticket.state, ticket.resolution, ticket.resolved_by) == ("EXPIRED", "", "")


def test_an_expiry_is_never_somebodys_denial(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    task_asked(fleet, crew.lena)
    clock.forward(minutes=30)

    tickets_expire_due()

    task = Task.objects.get()
    assert task.state == "EXPIRED"
    assert task.resolution == {
        "answer": "expired",
        "by": "",
        "at": "2026-03-02T12:30:00+00:00",
        "reason_code": "expired",
        "reason_text": "Nobody decided by 2026-03-02 12:30:00 UTC. Nothing was run.",
    }


def test_the_sweeper_leaves_what_has_time_left(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=29, seconds=59)

    expired = tickets_expire_due()

    ticket.refresh_from_db()
    assert (expired, ticket.state) == (0, "PENDING")


def test_sweeping_twice_expires_once(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    task_asked(fleet, crew.lena)
    clock.forward(hours=1)

    counts = [tickets_expire_due(), tickets_expire_due()]

    assert counts == [1, 0]
    assert Event.objects.filter(name="ticket.expired").count() == 1


def test_one_ticket_that_cannot_expire_holds_up_no_other(
    fleet: Fleet, crew: Crew, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    stuck, other = task_asked(fleet, crew.lena), task_asked(fleet, crew.lena)
    Ticket.objects.filter(pk=stuck.pk).update(kind="unheard-of")
    clock.forward(hours=1)

    expired = tickets_expire_due()

    other.refresh_from_db()
    assert (expired, other.state) == (1, "EXPIRED")
    assert f"ticket {stuck.pk} is overdue and cannot be expired" in caplog.text


def test_a_decision_that_comes_too_late_expires_the_ticket(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=30)

    with pytest.raises(ConflictError) as refused:
        approve(ticket, crew.rita)

    ticket.refresh_from_db()
    assert refused.value.code == "ticket_expired"
    assert ticket.state == "EXPIRED"
    assert Task.objects.get().state == "EXPIRED"
    assert not Grant.objects.exists()


def test_use_after_the_deadline_expires_ticket_and_task(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=30)

    _overdue_told(ticket.task)

    ticket.refresh_from_db()
    assert ticket.state == "EXPIRED"
    assert Task.objects.get().state == "EXPIRED"


def test_who_learns_too_late_that_a_task_was_overdue_takes_no_approval_away(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=29, seconds=59)
    approve(ticket, crew.rita)
    clock.forward(seconds=1)

    _overdue_told(ticket.task)

    assert Task.objects.get().state == "READY"
    assert Grant.objects.get().state == "ISSUED"


def test_a_task_that_lost_its_ticket_still_expires(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = task_asked(fleet, crew.lena)
    Ticket.objects.filter(pk=ticket.pk).update(state="CANCELLED")
    clock.forward(hours=1)

    _overdue_told(ticket.task)

    assert Task.objects.get().state == "EXPIRED"


def test_an_undo_after_the_deadline_ends_in_expiry(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=29, seconds=59)
    approved = approve(ticket, crew.rita).ticket
    clock.forward(seconds=5)
    ticket_undo(ticket_id=ticket.pk, user=crew.rita, expected_version=approved.version)

    tickets_expire_due()

    ticket.refresh_from_db()
    assert ticket.state == "EXPIRED"


def test_nothing_decides_an_expired_ticket(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.forward(hours=1)
    tickets_expire_due()
    ticket.refresh_from_db()

    with pytest.raises(ConflictError, match="expired before anybody decided") as refused:
        deny(ticket, crew.mona)

    assert refused.value.extra["current"]["state"] == "EXPIRED"
    assert refused.value.extra["current"]["by"] == ""


def test_an_expired_incident_changes_no_task(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = attempt_denied(fleet, crew.lena)
    clock.forward(days=1)

    tickets_expire_due()

    ticket.refresh_from_db()
    assert ticket.state == "EXPIRED"
    assert Task.objects.get().state == "DENIED"


def test_an_expired_practice_ticket_changes_no_task(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = task_asked(fleet, crew.lena, practice=True, state="RUNNING")
    clock.forward(hours=1)

    tickets_expire_due()

    ticket.refresh_from_db()
    assert ticket.state == "EXPIRED"
    assert Task.objects.get().state == "RUNNING"
