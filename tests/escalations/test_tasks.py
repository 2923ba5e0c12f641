from __future__ import annotations

from typing import TYPE_CHECKING

from config.celery import app
from escalations.services.claims import ticket_claim
from escalations.tasks import audit, sweep
from tests.escalations.asking import task_asked
from tests.escalations.holders import snoozed

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def test_the_sweep_advances_tickets_and_claims_and_may_run_twice(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    held = task_asked(fleet, crew.lena, approvals=2)
    clock.forward(minutes=15)
    task_asked(fleet, crew.lena)
    ticket_claim(ticket_id=held.pk, user=crew.rita, expected_version=1)
    clock.forward(minutes=15)

    runs = [sweep(), sweep()]

    assert runs == [
        {"tickets": 1, "claims": 0, "snoozes": 0, "escalations": 1},
        {"tickets": 0, "claims": 0, "snoozes": 0, "escalations": 0},
    ]


def test_the_sweep_ends_a_claim_that_is_over(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    held = task_asked(fleet, crew.lena)
    ticket_claim(ticket_id=held.pk, user=crew.rita, expected_version=1)
    clock.forward(minutes=10)

    assert sweep() == {"tickets": 0, "claims": 1, "snoozes": 0, "escalations": 0}


def test_the_sweep_wakes_a_ticket_that_was_put_off(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    snoozed(task_asked(fleet, crew.lena), crew.rita, minutes=10)
    clock.forward(minutes=10)

    assert sweep() == {"tickets": 0, "claims": 0, "snoozes": 1, "escalations": 0}


def test_the_audit_mends_what_the_sweep_left(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    task_asked(fleet, crew.lena)
    clock.forward(hours=1)

    assert audit() == 1


def test_beat_knows_both_by_name() -> None:
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert {sweep.name, audit.name} <= names
