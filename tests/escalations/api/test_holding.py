"""Snooze, questions and hand-over over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.domain.types import Scope
from tests.escalations.api.caller import TicketCaller
from tests.escalations.asking import task_asked
from tests.governance.api.http import key_api, person_api

if TYPE_CHECKING:
    from typing import Any

    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.escalations.people import Crew


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew, rita: TicketCaller) -> Ticket:
    """A ticket that rita holds."""
    asked = task_asked(fleet, crew.lena)
    rita.move(asked, "claim")
    asked.refresh_from_db()
    return asked


def test_a_snooze_is_read_by_everybody_and_ended_by_anybody(
    rita: TicketCaller, ravi: TicketCaller, ticket: Ticket
) -> None:
    snoozed = rita.move(ticket, "snooze", {"until": "2026-03-02T12:10:00Z"})
    woken = ravi.move(ticket, "wake")

    assert snoozed.json()["snooze"] == {"by": "rita", "until": "2026-03-02T12:10:00Z"}
    assert snoozed.json()["claim"] is None
    assert (woken.status_code, woken.json()["snooze"]) == (200, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "until"),
        ({"until": "2026-03-02T12:10:00"}, "until"),
        ({"until": "soon"}, "until"),
        ({"until": "2026-03-02T11:59:59Z"}, "until"),
        ({"until": "2026-03-02T12:24:00Z"}, "until"),
        ({"until": "2026-03-02T12:10:00Z", "why": "Lunch."}, "why"),
    ],
)
def test_an_unusable_snooze_names_its_field(
    rita: TicketCaller, ticket: Ticket, body: Any, field: str
) -> None:
    refused = rita.move(ticket, "snooze", body)

    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_the_agents_key_reads_the_question_and_answers_it(
    rita: TicketCaller, key: TicketCaller, ticket: Ticket
) -> None:
    asked = rita.move(ticket, "ask", {"text": "Was the order paid twice?"}).json()
    question = asked["notes"][0]["id"]

    answered = key.move(ticket, "answer", {"question": question, "text": "Yes."})

    body = answered.json()
    assert (asked["needs_info"], asked["decide_by"], asked["extended_from"]) == (
        True,
        "2026-03-02T12:45:00Z",
        "2026-03-02T12:30:00Z",
    )
    assert (answered.status_code, answered["ETag"], body["needs_info"]) == (200, '"4"', False)
    assert [(note["kind"], note["is_agent"]) for note in body["notes"]] == [
        ("question", False),
        ("answer", True),
    ]


def test_the_same_answer_sent_again_counts_once(
    rita: TicketCaller, key: TicketCaller, ticket: Ticket
) -> None:
    asked = rita.move(ticket, "ask", {"text": "Was the order paid twice?"}).json()
    body = {"question": asked["notes"][0]["id"], "text": "Yes."}

    first = key.move(ticket, "answer", body, Idempotency_Key="once")
    again = key.move(ticket, "answer", body, Idempotency_Key="once")

    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert ticket.notes.filter(kind="answer").count() == 1


def test_a_key_without_the_gate_answers_nothing(
    fleet: Fleet, rita: TicketCaller, ticket: Ticket
) -> None:
    asked = rita.move(ticket, "ask", {"text": "Was the order paid twice?"}).json()
    reader = TicketCaller(key_api(fleet, [Scope.READ]))

    body = {"question": asked["notes"][0]["id"], "text": "Yes."}
    refused = reader.move(ticket, "answer", body)

    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "Yes."}, "question"),
        ({"question": "first", "text": "Yes."}, "question"),
        ({"question": "0198c5a2-7d1e-7c3a-9b61-2f4f0e8a5b11", "text": ""}, "text"),
        ({"question": "0198c5a2-7d1e-7c3a-9b61-2f4f0e8a5b11", "text": "x" * 2001}, "text"),
    ],
)
def test_an_unusable_answer_names_its_field(
    key: TicketCaller, ticket: Ticket, body: Any, field: str
) -> None:
    refused = key.move(ticket, "answer", body)

    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_an_answer_nobody_asked_for_is_a_conflict(key: TicketCaller, ticket: Ticket) -> None:
    body = {"question": "0198c5a2-7d1e-7c3a-9b61-2f4f0e8a5b11", "text": "Yes."}

    refused = key.move(ticket, "answer", body)

    assert (refused.status_code, refused.json()["code"]) == (409, "no_question")


def test_a_ticket_is_handed_to_a_person_by_name(
    rita: TicketCaller, ticket: Ticket, crew: Crew
) -> None:
    given = rita.move(ticket, "reassign", {"to": "ravi", "note": "You know these."})

    body = given.json()
    assert body["claim"]["by"] == "ravi"
    assert (body["notes"][0]["by"], body["notes"][0]["to"]) == ("rita", "ravi")
    refused = TicketCaller(person_api(crew.mona)).move(
        ticket, "reassign", {"to": "lena", "note": "Yours."}, If_Match=given["ETag"]
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "to")
