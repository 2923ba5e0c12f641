from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from escalations.models import Note, Ticket
from escalations.selectors.tickets import claim_of
from escalations.services.expiry import tickets_expire_due
from escalations.services.questions import ticket_answer_by_key, ticket_ask
from governance.domain.types import BlastLevel, Environment, Scope
from governance.models import Event
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    LockedError,
    MissingError,
    VersionMissingError,
)
from tests.escalations.answering import approve
from tests.escalations.asking import task_asked
from tests.escalations.finding import drift
from tests.escalations.holders import answer_as, ask, asked, claim, hand_over, key_of, snooze
from tests.factories import AgentFactory, FleetFactory
from tests.governance.services.auditing import audit_everything
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from governance.models import Fleet
    from governance.selectors.access import KeyPrincipal
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    """A ticket with 30 min to decide it, from noon on."""
    return task_asked(fleet, crew.lena)


def _answer(
    question: Note, key: KeyPrincipal, text: str = "Yes.", *, about: UUID | None = None
) -> Ticket:
    return ticket_answer_by_key(
        ticket_id=question.ticket_id, key=key, question_id=about or question.pk, text=text
    )


def test_a_first_question_gives_half_the_time_again_and_the_task_waits_as_long(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    clock.forward(minutes=5)

    question = asked(ticket, crew.rita)

    ticket.refresh_from_db()
    task = ticket.task
    assert task is not None
    assert (question.author, question.text) == ("rita", "Was the order paid twice?")
    assert ticket.needs_info
    assert ticket.decide_by.strftime("%H:%M") == "12:45"
    assert ticket.extended_from is not None
    assert ticket.extended_from.strftime("%H:%M") == "12:30"
    assert task.answer_by == ticket.decide_by
    assert task.escalation is not None
    assert task.escalation["question"] == {
        "id": str(question.pk),
        "text": "Was the order paid twice?",
        "by": "rita",
        "at": "2026-03-02T12:05:00+00:00",
    }
    told = Event.objects.get(name="ticket.asked")
    assert told.payload == {
        "number": 1,
        "by": "rita",
        "question_id": str(question.pk),
        "text": "Was the order paid twice?",
        "decide_by": "2026-03-02T12:45:00+00:00",
        "is_extended": True,
    }


def test_a_second_question_gives_no_more_time(ticket: Ticket, crew: Crew) -> None:
    first = asked(ticket, crew.rita)
    answer_as(crew.lena, first)

    ask(ticket, crew.rita, "And refunded?")

    ticket.refresh_from_db()
    assert ticket.decide_by.strftime("%H:%M") == "12:45"
    assert not Event.objects.filter(name="ticket.asked").latest("seq").payload["is_extended"]


def test_asking_keeps_the_claim(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    asked(ticket, crew.rita)

    ticket.refresh_from_db()
    claim_now = claim_of(ticket, now=clock.now)
    assert claim_now is not None
    assert claim_now.holder == crew.rita


def test_a_question_that_nobody_answers_lets_the_ticket_expire(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    asked(ticket, crew.rita)
    clock.forward(minutes=44)
    early = tickets_expire_due()
    clock.forward(minutes=1)

    assert (early, tickets_expire_due()) == (0, 1)
    ticket.refresh_from_db()
    assert ticket.state == "EXPIRED"


def test_one_question_stands_at_a_time(ticket: Ticket, crew: Crew) -> None:
    asked(ticket, crew.rita)

    with pytest.raises(ConflictError, match="a question waits for its answer already") as refused:
        ask(ticket, crew.rita)

    assert refused.value.code == "question_stands"
    assert Note.objects.count() == 1


def test_only_the_holder_asks(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(ConflictError) as unheld:
        ask(ticket, crew.rita)
    claim(ticket, crew.rita)
    with pytest.raises(LockedError):
        ask(ticket, crew.mona)
    with pytest.raises(MissingError):
        ask(ticket, crew.otto)

    assert unheld.value.code == "not_claimed"


@pytest.mark.parametrize("text", ["", " \n", "x" * 2001, "a\x00b", "\ud800"])
def test_a_question_is_text(ticket: Ticket, crew: Crew, text: str) -> None:
    claim(ticket, crew.rita)

    with pytest.raises(InvalidFieldError) as refused:
        ask(ticket, crew.rita, text)

    assert (refused.value.field, refused.value.allowed) == (
        "text",
        "1 to 2,000 characters of text",
    )


def test_a_question_names_the_version_it_is_about(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(VersionMissingError):
        ticket_ask(ticket_id=ticket.pk, user=crew.rita, text="Why?", expected_version=None)


def test_the_agent_answers_by_its_key_and_the_ticket_takes_a_new_version(
    fleet: Fleet, crew: Crew, ticket: Ticket
) -> None:
    question = asked(ticket, crew.rita)

    answered = _answer(question, key_of(fleet), "Yes, payments 41 and 42.")

    note = Note.objects.get(kind="answer")
    assert (note.user, note.author, note.text) == (None, "key:shop", "Yes, payments 41 and 42.")
    assert (answered.needs_info, answered.version) == (False, 4)
    task = answered.task
    assert task is not None
    task.refresh_from_db()
    assert task.escalation is not None
    assert task.escalation["question"] is None
    told = Event.objects.get(name="ticket.answered")
    assert (told.actor, told.payload["text"]) == ("key:shop", "Yes, payments 41 and 42.")


def test_whoever_decides_must_have_read_the_answer(
    fleet: Fleet, crew: Crew, ticket: Ticket
) -> None:
    question = asked(ticket, crew.rita)
    ticket.refresh_from_db()
    _answer(question, key_of(fleet))

    with pytest.raises(ConflictError) as refused:
        approve(ticket, crew.rita)

    assert refused.value.code == "stale_version"


def test_the_owner_answers_too(ticket: Ticket, crew: Crew) -> None:
    question = asked(ticket, crew.rita)

    answer_as(crew.lena, question)

    assert Note.objects.get(kind="answer").user == crew.lena


def test_otto_the_outsider_answers_nothing(ticket: Ticket, crew: Crew) -> None:
    question = asked(ticket, crew.rita)

    with pytest.raises(MissingError):
        answer_as(crew.otto, question)


def test_an_answer_is_to_the_question_that_was_read(
    fleet: Fleet, crew: Crew, ticket: Ticket
) -> None:
    first = asked(ticket, crew.rita)
    answer_as(crew.lena, first)
    with pytest.raises(ConflictError) as none:
        answer_as(crew.lena, first)
    ask(ticket, crew.rita, "And refunded?")

    with pytest.raises(ConflictError) as other:
        _answer(first, key_of(fleet))

    assert (none.value.code, other.value.code) == ("no_question", "other_question")


def test_a_key_answers_for_its_own_agents_environment_and_scope_only(
    fleet: Fleet, crew: Crew, ticket: Ticket
) -> None:
    question = asked(ticket, crew.rita)
    other = AgentFactory(fleet=fleet)
    refused = []
    for key in (
        key_of(fleet, scopes=[Scope.READ]),
        key_of(fleet, agents=[other]),
        key_of(fleet, environment=Environment.STAGING),
    ):
        with pytest.raises(ForbiddenError) as error:
            _answer(question, key)
        refused.append(error.value.code)
    with pytest.raises(MissingError):
        _answer(question, key_of(FleetFactory()))

    assert refused == ["scope_missing", "agent_not_of_key", "environment_of_key"]


def test_an_answer_wakes_a_ticket_that_was_put_off(ticket: Ticket, crew: Crew) -> None:
    question = asked(ticket, crew.rita)
    snooze(ticket, crew.rita)

    answered = answer_as(crew.lena, question)

    assert answered.snoozed_until is None
    assert Event.objects.get(name="ticket.woken").payload["woken_by"] == "answer"


def test_nothing_is_answered_once_it_is_decided(ticket: Ticket, crew: Crew) -> None:
    question = asked(ticket, crew.rita)
    ticket.refresh_from_db()
    approve(ticket, crew.rita)

    with pytest.raises(ConflictError) as refused:
        answer_as(crew.lena, question)

    assert refused.value.code == "already_decided"


def test_a_critical_ticket_can_be_asked_about(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    asked(ticket, crew.rita)

    ticket.refresh_from_db()
    assert ticket.decide_by.strftime("%H:%M:%S") == "12:22:30"


def test_a_drift_is_asked_about_without_a_task_that_waits(fleet: Fleet, crew: Crew) -> None:
    ticket = drift(Orchestrator(fleet, crew))
    question = asked(ticket, crew.rita)

    answered = _answer(question, key_of(fleet))

    assert not answered.needs_info


def test_who_is_audited_is_not_asked(fleet: Fleet, crew: Crew) -> None:
    audit_everything(fleet)
    Orchestrator(fleet, crew).work()
    ticket = Ticket.objects.get(kind="audit")

    with pytest.raises(ConflictError, match="no move of a ticket of kind audit") as refused:
        asked(ticket, crew.rita)

    assert refused.value.code == "move_not_possible"


def test_practice_asks_nobody(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, practice=True)

    with pytest.raises(ConflictError) as refused:
        ask(ticket, crew.rita)

    assert refused.value.code == "practice_ticket"


def test_the_next_holder_may_ask_as_well(ticket: Ticket, crew: Crew) -> None:
    first = asked(ticket, crew.rita)
    answer_as(crew.lena, first)
    hand_over(ticket, crew.rita, "ravi")

    assert ask(ticket, crew.ravi).author == "ravi"
