from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket, Vote
from governance.models import Event, Grant, Task
from governance.refusals import ConflictError, ForbiddenError
from tests.escalations.answering import approve, respond
from tests.escalations.asking import task_asked
from tests.escalations.services.test_reopening import refused_code

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    return task_asked(fleet, crew.lena, approvals=2)


def test_one_persons_words_end_the_ticket_and_the_task_does_not_run(
    ticket: Ticket, crew: Crew
) -> None:
    answered = respond(ticket, crew.rita).ticket

    task = Task.objects.get(pk=str(ticket.task_id))
    assert (answered.state, answered.resolution) == ("RESOLVED", "responded")
    assert task.state == "DENIED"
    assert not Grant.objects.exists()


def test_the_agent_gets_the_words_verbatim_and_reads_that_nobody_denied(
    ticket: Ticket, crew: Crew
) -> None:
    respond(ticket, crew.rita, reason_text="Use order 4712.\nIt is the open one.")

    task = Task.objects.get(pk=str(ticket.task_id))
    assert task.resolution == {
        "answer": "responded",
        "by": "rita",
        "at": "2026-03-02T12:00:00+00:00",
        "reason_code": "question_answered",
        "reason_text": "Use order 4712.\nIt is the open one.",
    }


def test_a_start_says_that_people_answered(shop: Orchestrator, crew: Crew) -> None:
    task = shop.ask("refund").task
    respond(Ticket.objects.get(task=task), crew.rita)

    with pytest.raises(ConflictError, match=r"in words instead\. Pay back 20 USD") as refused:
        shop.start(task)

    assert refused.value.code == "responded"


def test_words_outweigh_an_approval_that_stands(ticket: Ticket, crew: Crew) -> None:
    one = approve(ticket, crew.ravi).ticket

    assert respond(one, crew.rita).ticket.resolution == "responded"


def test_the_same_words_again_change_nothing(ticket: Ticket, crew: Crew) -> None:
    first = respond(ticket, crew.rita)
    events = Event.objects.count()

    again = respond(ticket, crew.rita)

    assert (first.repeated, again.repeated) == (False, True)
    assert (Vote.objects.count(), Event.objects.count()) == (1, events)


def test_a_response_is_told_as_one(ticket: Ticket, crew: Crew) -> None:
    before = Event.objects.count()

    respond(ticket, crew.rita)

    told = list(Event.objects.order_by("seq"))[before:]
    assert [event.name for event in told] == [
        "ticket.vote_recorded",
        "ticket.resolved",
        "task.resolved",
    ]
    assert told[1].payload["resolution"] == "responded"


def test_the_owner_of_the_agent_does_not_answer_it(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(ForbiddenError) as refused:
        respond(ticket, crew.lena)

    assert refused.value.code == "owns_agent"


def test_an_approved_task_is_not_answered_any_more(ticket: Ticket, crew: Crew) -> None:
    one = approve(ticket, crew.ravi).ticket
    approved = approve(one, crew.rita).ticket

    with pytest.raises(ConflictError) as refused:
        respond(approved, crew.mona)

    assert refused.value.code == "already_decided"


def test_words_are_not_reopened(ticket: Ticket, crew: Crew) -> None:
    answered = respond(ticket, crew.rita).ticket

    assert refused_code(answered, crew.rita) == "already_decided"
