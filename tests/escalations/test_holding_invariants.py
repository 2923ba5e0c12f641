"""Each invariant of a holder's moves is broken on purpose once."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from tests.escalations.holders import answer_as, asked, snooze
from tests.escalations.holding_invariants import HOLDING_INVARIANTS, holding_broken
from tests.escalations.invariants import broken
from tests.escalations.rows import Rows, rows_read
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def rows(fleet: Fleet, crew: Crew, clock: Clock) -> Rows:
    """Return a ticket that rita asked about, was answered on, and put off."""
    Orchestrator(fleet, crew).ask("refund")
    ticket = Ticket.objects.get()
    answer_as(crew.lena, asked(ticket, crew.rita))
    snooze(ticket, crew.rita)
    return rows_read(fleet)


def ended(rows: Rows) -> None:
    rows.tickets[0].state = "EXPIRED"


def put_off_for_good(rows: Rows) -> None:
    rows.tickets[0].snoozed_until = rows.tickets[0].decide_by


def put_off_by_another(rows: Rows) -> None:
    told = rows.told[str(rows.tickets[0].pk)]
    told[-1].payload["by"] = "ravi"


def extended_twice(rows: Rows) -> None:
    told = rows.told[str(rows.tickets[0].pk)]
    told.append(next(event for event in told if event.name == "ticket.asked"))


def answered_already(rows: Rows) -> None:
    rows.tickets[0].needs_info = True


def told_of_nothing(rows: Rows) -> None:
    rows.told[str(rows.tickets[0].pk)].clear()


def waited_for_longer(rows: Rows) -> None:
    rows.tickets[0].decide_by += timedelta(seconds=1)


BREAKS: dict[str, Callable[[Rows], None]] = {
    "what_is_put_off_waits_and_is_nobodys": ended,
    "nothing_is_put_off_so_far_that_nobody_could_decide_it": put_off_for_good,
    "only_who_held_a_ticket_put_it_off": put_off_by_another,
    "the_time_to_decide_grows_once_and_by_half_at_most": extended_twice,
    "a_question_stands_until_it_is_answered": answered_already,
    "whatever_is_said_was_told_once": told_of_nothing,
    "a_task_is_waited_for_as_long_as_its_ticket": waited_for_longer,
}


def test_rows_that_services_wrote_break_no_invariant(rows: Rows) -> None:
    assert [*broken(rows), *holding_broken(rows)] == []


@pytest.mark.parametrize("name", HOLDING_INVARIANTS)
def test_every_invariant_tells_of_rows_that_no_service_writes(rows: Rows, name: str) -> None:
    harmed = deepcopy(rows)

    BREAKS[name](harmed)

    assert list(HOLDING_INVARIANTS[name](harmed))
