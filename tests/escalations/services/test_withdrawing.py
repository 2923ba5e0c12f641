from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from governance.events import TaskCancelled
from governance.models import Event, Task
from governance.refusals import GoneError
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from tests.escalations.answering import approve
from tests.escalations.asking import task_asked

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew


def _cancelled_told(task: Task | None) -> None:
    assert task is not None
    cancelled = TaskCancelled(
        fleet_id=task.fleet_id,
        actor="key:orchestrator",
        task_id=task.pk,
        agent_id=task.agent_id,
        reason="The customer changed their mind.",
    )
    events_publish(cancelled, now=clock_now())


def test_reviewers_see_that_the_caller_withdrew(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    _cancelled_told(ticket.task)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution, ticket.version) == ("CANCELLED", "", 2)
    assert ticket.reason_text == "The caller withdrew the task: The customer changed their mind."
    assert Event.objects.filter(name="ticket.withdrawn").count() == 1


def test_a_later_answer_is_told_that_the_question_is_gone(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    _cancelled_told(ticket.task)

    with pytest.raises(GoneError) as refused:
        approve(ticket, crew.rita)

    assert refused.value.extra["current"]["by"] == "key:orchestrator"


def test_what_people_answered_stays_when_the_task_is_withdrawn(fleet: Fleet, crew: Crew) -> None:
    ticket = approve(task_asked(fleet, crew.lena), crew.rita).ticket

    _cancelled_told(ticket.task)

    assert Ticket.objects.get().resolution == "approved"
