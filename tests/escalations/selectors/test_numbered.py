from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.selectors.numbered import tickets_filtered
from tests.escalations.asking import attempt_denied, task_asked

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _numbers(tickets: list[Ticket]) -> list[int]:
    return [ticket.number for ticket in tickets]


def test_an_overdue_ticket_is_found_as_expired_swept_or_not(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    task_asked(fleet, crew.lena)
    clock.forward(minutes=30)
    found = {
        state: _numbers(tickets_filtered(fleet_id=fleet.pk, now=clock.now, state=state, most=9))
        for state in (TicketState.PENDING, TicketState.EXPIRED, TicketState.RESOLVED)
    }

    assert list(found.values()) == [[], [1], []]


def test_tickets_are_filtered_by_kind_and_page(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    task_asked(fleet, crew.lena)
    attempt_denied(fleet, crew.lena)
    attempt_denied(fleet, crew.lena)

    found = tickets_filtered(
        fleet_id=fleet.pk, now=clock.now, kind=TicketKind.INCIDENT, before=3, most=9
    )

    assert _numbers(found) == [2]
