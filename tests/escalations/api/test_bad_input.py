"""Bad input to the moves beside deciding: one refusal each, naming what is wrong and allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.escalations.asking import task_asked

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.escalations.api.caller import TicketCaller
    from tests.escalations.people import Crew

QUESTION = "0198c5a2-7d1e-7c3a-9b61-2f4f0e8a5b11"
TIME = "a time with a zone, such as 2026-01-31T12:00:00Z"
WORDS = "text of 1 to 2000 characters"
LONG = "x" * 2001
LATER = "2026-03-02T12:10:00Z"
# The move and what was sent, then code, field, value sent and what is allowed.
CASES: list[tuple[str, Any, str, str, object, str | None]] = [
    ("snooze", {"until": "soon"}, "invalid_field", "until", "soon", TIME),
    ("snooze", {"until": "2026-03-02T12:10:00"}, "naive_time", "until", "2026-03-02T12:10:00", TIME),
    ("snooze", {}, "missing_field", "until", None, TIME),
    ("snooze", {"until": "2026-03-02T11:59:00Z"}, "invalid_field", "until",
     "2026-03-02T11:59:00+00:00", "a time ahead, before 2026-03-02 12:24:00 UTC"),
    ("snooze", {"until": LATER, "why": "Lunch."}, "unknown_field", "why", "Lunch.", "until"),
    ("wake", {"at": LATER}, "unknown_field", "at", LATER, None),
    ("ask", {}, "missing_field", "text", None, WORDS),
    ("ask", {"text": LONG}, "invalid_field", "text", "x" * 200 + "…", WORDS),
    ("ask", {"text": " "}, "invalid_field", "text", "", "1 to 2,000 characters of text"),
    ("answer", {"question": "first", "text": "Yes."}, "invalid_field", "question", "first", "a UUID"),
    ("answer", {"text": "Yes."}, "missing_field", "question", None, "a UUID"),
    ("answer", {"question": QUESTION, "text": 1}, "invalid_field", "text", 1, WORDS),
    ("escalate", {"level": 2}, "missing_field", "reason", None, WORDS),
    ("escalate", {"level": 2, "reason": " "}, "invalid_field", "reason", "",
     "1 to 2,000 characters of text"),
    ("escalate", {"reason": "Large."}, "missing_field", "level", None, "a whole number from 2 to 5"),
    ("escalate", {"level": 1, "reason": "Large."}, "invalid_field", "level", 1,
     "a whole number from 2 to 5"),
    ("escalate", {"level": 3, "reason": "Large."}, "invalid_field", "level", 3, "2, the next level"),
    ("reassign", {"note": "Yours."}, "missing_field", "to", None, "text of 1 to 150 characters"),
    ("reassign", {"to": "otto", "note": "Yours."}, "invalid_field", "to", "otto",
     "the user name of a member who may decide this ticket"),
    ("reassign", {"to": "lena", "note": "Yours."}, "invalid_field", "to", "lena",
     "the user name of a member who may decide this ticket"),
    ("reassign", {"to": "ravi"}, "missing_field", "note", None, WORDS),
    ("edit", {}, "missing_field", "arguments", None, "an object or null"),
    ("edit", {"arguments": []}, "invalid_field", "arguments", [], "an object or null"),
    ("edit", {"arguments": {"amount_usd": "180.01"}}, "invalid_field", "arguments", '"180.01"',
     "a number from 0 to 180.00"),
    ("edit", {"arguments": {"force": True}}, "invalid_field", "arguments", "true",
     "left out: only what was asked can be edited"),
    ("edit", {"arguments": None}, "invalid_field", "arguments",
     '{"amount_usd":"180.00","order":4711}', "others than those that stand"),
    ("reopen", {"reason": "Oops."}, "unknown_field", "reason", "Oops.", None),
    ("reopen", [], "invalid_field", "body", [], "an object without members"),
]  # fmt: skip


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew, rita: TicketCaller) -> Ticket:
    """A ticket that rita holds."""
    asked = task_asked(fleet, crew.lena)
    rita.move(asked, "claim")
    asked.refresh_from_db()
    return asked


@pytest.mark.parametrize(("move", "body", "code", "field", "value", "allowed"), CASES)
def test_bad_input_names_field_value_and_what_is_allowed(
    rita: TicketCaller,
    ticket: Ticket,
    move: str,
    body: Any,
    code: str,
    field: str,
    value: object,
    allowed: str | None,
) -> None:
    refused = rita.move(ticket, move, body)

    document = refused.json()
    assert refused.status_code == 422
    assert (document["code"], document["field"]) == (code, field)
    assert document.get("value") == value
    assert document.get("allowed") == allowed
