"""What people answer, as the cells of the matrix count it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.services.expiry import tickets_expire_due
from escalations.services.reopening import ticket_reopen
from escalations.services.undoing import ticket_undo
from governance.models import CellHour
from governance.services.lapsing import unstarted_sweep
from governance.services.rollups import fleet_roll_up
from tests.clock import NOON
from tests.escalations.answering import approve, deny, respond
from tests.escalations.asking import task_asked
from tests.escalations.finding import answer, cascade
from tests.escalations.holders import claim, edit

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator

NARROWED = '{"order": 4711, "amount_usd": "20.00"}'


def counted(fleet: Fleet) -> dict[datetime, tuple[int, int, int, int]]:
    """Roll up and return approved, refused, expired and overruled by hour, where there is any."""
    fleet_roll_up(fleet_id=fleet.pk)
    rows = CellHour.objects.filter(fleet=fleet).order_by("starts_at")
    answers = rows.values_list("approved", "refused", "expired", "overruled")
    return {row.starts_at: each for row, each in zip(rows, answers, strict=True) if any(each)}


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    return task_asked(fleet, crew.lena)


def test_answers_count_in_the_hour_they_are_given_in(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    clock.forward(minutes=59)
    first, second, third = (task_asked(fleet, crew.lena) for _ in range(3))
    approve(first, crew.rita)
    clock.forward(minutes=2)
    deny(second, crew.rita)
    respond(third, crew.rita)

    found = counted(fleet)

    assert found == {NOON: (1, 0, 0, 0), NOON + timedelta(hours=1): (0, 2, 0, 0)}
    assert counted(fleet) == found


def test_an_answer_that_is_undone_after_it_was_counted_is_taken_back(
    fleet: Fleet, crew: Crew, ticket: Ticket, clock: Clock
) -> None:
    approved = approve(ticket, crew.rita).ticket
    assert list(counted(fleet).values()) == [(1, 0, 0, 0)]

    undone = ticket_undo(ticket_id=approved.pk, user=crew.rita, expected_version=approved.version)

    assert counted(fleet) == {}
    deny(undone, crew.rita)
    assert list(counted(fleet).values()) == [(0, 1, 0, 0)]


def test_a_denial_that_is_reopened_after_it_was_counted_is_taken_back(
    fleet: Fleet, crew: Crew, ticket: Ticket
) -> None:
    denied = deny(ticket, crew.rita).ticket
    assert list(counted(fleet).values()) == [(0, 1, 0, 0)]

    ticket_reopen(ticket_id=denied.pk, user=crew.rita, expected_version=denied.version)

    assert counted(fleet) == {}


def test_a_task_that_nobody_answered_in_time_counts_as_expired(
    fleet: Fleet, ticket: Ticket, clock: Clock
) -> None:
    clock.now = ticket.decide_by
    clock.forward(seconds=1)
    assert tickets_expire_due() == 1

    assert list(counted(fleet).values()) == [(0, 0, 1, 0)]


def test_an_approval_that_nobody_used_stays_an_approval(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    approve(task_asked(fleet, crew.lena, needs_grant=True), crew.rita)
    counted(fleet)
    clock.forward(days=2)
    assert unstarted_sweep() == 1

    assert list(counted(fleet).values()) == [(1, 0, 0, 0)]


def test_what_is_approved_with_other_arguments_is_overruled(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    task = shop.ask("refund", arguments={"order": 4711, "amount_usd": "49.00"}).task
    edited = edit(claim(Ticket.objects.get(task=task), crew.rita), crew.rita, NARROWED)
    approve(approve(edited, crew.rita).ticket, crew.mona)

    assert list(counted(fleet).values()) == [(1, 0, 0, 1)]


def test_a_held_task_that_people_let_go_on_is_overruled_and_its_end_is_no_answer(
    shop: Orchestrator, fleet: Fleet, crew: Crew
) -> None:
    ticket, held = cascade(shop)
    resumed = answer(ticket, crew.rita, "resume", tasks=[held[0].external_id]).ticket
    answer(resumed, crew.rita, "cancel", tasks=[held[1].external_id])

    assert list(counted(fleet).values()) == [(0, 0, 0, 1)]


def test_what_the_gate_let_run_and_nobody_started_is_no_answer(
    shop: Orchestrator, fleet: Fleet, clock: Clock
) -> None:
    shop.ask()
    clock.forward(days=30)
    assert unstarted_sweep() == 1

    assert counted(fleet) == {}
