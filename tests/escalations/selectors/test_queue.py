from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.selectors.queue import (
    decided_last_at,
    tickets_ended,
    tickets_filtered,
    tickets_pending,
)
from escalations.services.expiry import tickets_expire_due
from governance.domain.types import BlastLevel
from tests.clock import NOON
from tests.escalations.answering import approve, deny
from tests.escalations.asking import attempt_denied, task_asked
from tests.factories import FleetFactory

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _numbers(tickets: list[Ticket]) -> list[int]:
    return [ticket.number for ticket in tickets]


def test_the_queue_weighs_time_left_by_risk(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    # Minutes left over weight: 1440 / 1, 240 / 2, 30 / 4, 15 / 8.
    for level in BlastLevel:
        task_asked(fleet, crew.lena, level=level)

    queue = tickets_pending(fleet_ids=[fleet.pk], now=clock.now)

    assert [ticket.risk_level for ticket in queue] == ["CRITICAL", "HIGH", "MEDIUM", "LOW"]


def test_little_time_lifts_a_lower_risk(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    task_asked(fleet, crew.lena, level=BlastLevel.HIGH)
    clock.forward(minutes=29)
    task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    queue = tickets_pending(fleet_ids=[fleet.pk], now=clock.now)

    # 1 min / 4 comes before 15 min / 8.
    assert _numbers(queue) == [1, 2]


def test_equal_tickets_keep_the_order_they_came_in(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    for _ in range(3):
        task_asked(fleet, crew.lena)

    assert _numbers(tickets_pending(fleet_ids=[fleet.pk], now=clock.now)) == [1, 2, 3]


def test_the_queue_holds_only_what_can_still_be_decided(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    task_asked(fleet, crew.lena)
    clock.forward(minutes=30)
    task_asked(fleet, crew.lena, practice=True, state="READY")
    approve(task_asked(fleet, crew.lena), crew.rita)
    task_asked(FleetFactory(), crew.lena)
    waiting = task_asked(fleet, crew.lena)

    queue = tickets_pending(fleet_ids=[fleet.pk], now=clock.now)

    assert queue == [waiting]


def test_a_row_is_drawn_without_further_queries(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    for _ in range(3):
        approve(task_asked(fleet, crew.lena, approvals=2), crew.rita)

    with CaptureQueriesContext(connection) as asked:
        drawn = [
            (ticket.agent.owner, ticket.fleet.slug, ticket.votes_now[0].user)  # type: ignore[attr-defined, union-attr]
            for ticket in tickets_pending(fleet_ids=[fleet.pk], now=clock.now)
        ]

    assert drawn == [(crew.lena, "shop", crew.rita)] * 3
    assert len(asked) == 2


def test_what_ended_is_listed_latest_first_and_by_page(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    first, second, third = (task_asked(fleet, crew.lena) for _ in range(3))
    deny(second, crew.rita)
    clock.forward(minutes=1)
    approve(first, crew.rita)
    deny(third, crew.rita)

    page = tickets_ended(fleet_ids=[fleet.pk], most=2)
    last = page[-1]
    assert last.resolved_at is not None
    rest = tickets_ended(fleet_ids=[fleet.pk], before=(last.resolved_at, last.pk), most=2)

    assert [_numbers(page), _numbers(rest)] == [[3, 1], [2]]


def test_what_ended_lately_leaves_the_rest_out(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    deny(task_asked(fleet, crew.lena), crew.rita)
    clock.forward(minutes=1)
    deny(task_asked(fleet, crew.lena), crew.rita)

    assert _numbers(tickets_ended(fleet_ids=[fleet.pk], since=clock.now)) == [2]


def test_an_expiry_is_no_decision(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    deny(task_asked(fleet, crew.lena), crew.rita)
    task_asked(fleet, crew.lena)
    clock.forward(hours=1)
    tickets_expire_due()

    assert decided_last_at(fleet_ids=[fleet.pk]) == NOON


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
