from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from governance.domain.types import BlastLevel, Role
from governance.models import Event, Membership
from tests.escalations.asking import attempt_denied, attempt_tell, task_asked, task_escalate
from tests.factories import AgentFactory, TaskFactory

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew


def _alerts() -> list[str]:
    alerts = Event.objects.filter(name="ticket.unroutable").order_by("seq")
    return [event.payload["sentence"] for event in alerts]


def test_a_ticket_shows_what_will_run_as_it_was_when_asked(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, arguments='{"amount_usd":"180.00"}')

    assert ticket.snapshot["task"]["arguments"] == '{"amount_usd":"180.00"}'
    assert ticket.snapshot["decision"]["vector"].startswith("ABR:1/")
    assert ticket.snapshot["agent"]["owner"] == "lena"
    assert ticket.action_digest == ticket.snapshot["task"]["action_digest"]


def test_the_task_is_told_where_people_are_asked_and_until_when(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL, approvals=2)

    task = ticket.task
    assert task is not None
    assert task.escalation == {
        "id": str(ticket.pk),
        "number": 1,
        "url": "/f/shop/tickets/1/",
        "decide_by": "2026-03-02T12:15:00+00:00",
        "approvals_needed": 2,
        "question": None,
    }
    assert task.answer_by == ticket.decide_by


@pytest.mark.parametrize(
    ("level", "minutes"),
    [
        (BlastLevel.CRITICAL, 15),
        (BlastLevel.HIGH, 30),
        (BlastLevel.MEDIUM, 4 * 60),
        (BlastLevel.LOW, 24 * 60),
    ],
)
def test_the_more_dangerous_the_sooner_it_must_be_decided(
    fleet: Fleet, crew: Crew, level: BlastLevel, minutes: int
) -> None:
    ticket = task_asked(fleet, crew.lena, level=level)

    assert (ticket.decide_by - ticket.opened_at).total_seconds() == minutes * 60


def test_tickets_are_numbered_per_fleet_without_gaps(fleet: Fleet, crew: Crew) -> None:
    tickets = [task_asked(fleet, crew.lena) for _ in range(3)]

    assert [ticket.number for ticket in tickets] == [1, 2, 3]


def test_the_same_task_asked_twice_has_one_ticket(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    assert ticket.task is not None

    task_escalate(ticket.task)

    assert Ticket.objects.filter(task=ticket.task).count() == 1


def test_another_task_with_the_same_digest_gets_a_ticket_of_its_own(
    fleet: Fleet, crew: Crew
) -> None:
    agent = AgentFactory(fleet=fleet, owner=crew.lena)

    first, second = (
        task_asked(fleet, crew.lena, agent=agent),
        task_asked(fleet, crew.lena, agent=agent),
    )

    assert first.action_digest == second.action_digest
    assert first.pk != second.pk


def test_an_agents_own_title_cannot_outgrow_the_ticket(fleet: Fleet, crew: Crew) -> None:
    ticket = attempt_denied(fleet, crew.lena, title="x" * 300)

    assert ticket.title == "Denied: " + "x" * 292


def test_a_practice_ticket_leaves_its_task_alone(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, practice=True, state="READY")

    assert ticket.practice
    assert ticket.task is not None
    assert ticket.task.escalation is None
    assert ticket.task.answer_by is None


def test_a_team_too_small_for_two_approvals_is_told_so_at_once(fleet: Fleet, crew: Crew) -> None:
    Membership.objects.filter(fleet=fleet).exclude(user__in=[crew.rita, crew.lena]).delete()

    task_asked(fleet, crew.lena, approvals=2)

    assert _alerts() == [
        "2 approvals missing, 1 eligible: 1 excluded because owns_agent.",
    ]


def test_without_a_manager_a_manager_is_missed(fleet: Fleet, crew: Crew) -> None:
    Membership.objects.filter(fleet=fleet, role__in=[Role.MANAGER, Role.ADMIN]).delete()

    task_asked(fleet, crew.lena, approvals=2, needs_manager=True)

    assert _alerts() == [
        "2 approvals missing, one by a manager, 2 eligible: 1 excluded because owns_agent.",
    ]


def test_a_routable_ticket_alarms_nobody(fleet: Fleet, crew: Crew) -> None:
    task_asked(fleet, crew.lena, approvals=2, needs_manager=True)

    assert _alerts() == []


def test_an_incident_leaves_the_denied_task_alone(fleet: Fleet, crew: Crew) -> None:
    ticket = attempt_denied(fleet, crew.lena)

    assert (ticket.kind, ticket.approvals_needed, ticket.state) == ("incident", 1, "PENDING")
    assert ticket.task is not None
    assert ticket.task.escalation is None


def test_the_same_attempt_told_twice_is_one_incident(fleet: Fleet, crew: Crew) -> None:
    ticket = attempt_denied(fleet, crew.lena)
    assert ticket.task is not None

    attempt_tell(ticket.task)

    assert Ticket.objects.count() == 1


def test_nothing_is_escalated_when_its_ticket_cannot_be_written(fleet: Fleet, crew: Crew) -> None:
    task = TaskFactory(agent=AgentFactory(fleet=fleet, owner=crew.lena))

    with pytest.raises(IndexError):
        task_escalate(task)  # the gate's decision is missing

    assert not Event.objects.exists()
    assert not Ticket.objects.exists()
