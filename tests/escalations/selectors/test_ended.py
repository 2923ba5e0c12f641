from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.selectors.ended import EndedQuery, decided_last_at, tickets_ended
from escalations.services.expiry import tickets_expire_due
from governance.domain.types import TaskType, Tier
from tests.clock import NOON
from tests.escalations.answering import approve, deny
from tests.escalations.asking import task_asked
from tests.factories import DecisionFactory

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _numbers(tickets: list[Ticket]) -> list[int]:
    return [ticket.number for ticket in tickets]


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

    assert _numbers(tickets_ended(fleet_ids=[fleet.pk], query=EndedQuery(since=clock.now))) == [2]


def test_an_expiry_is_no_decision(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    deny(task_asked(fleet, crew.lena), crew.rita)
    task_asked(fleet, crew.lena)
    clock.forward(hours=1)
    tickets_expire_due()

    assert decided_last_at(fleet_ids=[fleet.pk]) == NOON


def test_a_log_is_narrowed_to_the_cell_a_task_was_first_asked_for_in(
    fleet: Fleet, crew: Crew
) -> None:
    for task_type in (TaskType.STATELESS, TaskType.PIPELINE):
        ticket = task_asked(fleet, crew.lena, task_type=task_type.value)
        DecisionFactory(task=ticket.task, moment="start", tier=Tier.HIGH.value)
        deny(ticket, crew.rita)

    def narrowed(**cell: Any) -> list[int]:
        return _numbers(tickets_ended(fleet_ids=[fleet.pk], query=EndedQuery(**cell)))

    assert narrowed(tier=Tier.LOW) == [2, 1]
    assert narrowed(tier=Tier.HIGH) == []
    assert narrowed(task_type=TaskType.PIPELINE, tier=Tier.LOW) == [2]
