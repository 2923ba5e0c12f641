from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Vote
from governance.domain.types import BlastLevel
from governance.models import Grant
from tests.escalations.api.caller import REASON, TicketCaller
from tests.escalations.asking import task_asked
from tests.factories import PASSWORD, FleetFactory, MembershipFactory
from tests.governance.api.http import Api, person_api, session_api

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

HOLDING = ["claim", "release", "snooze", "wake", "ask", "escalate", "reassign", "edit"]
MOVES = [*HOLDING, "approve", "deny", "decide", "undo", "reopen"]


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    return task_asked(fleet, crew.lena)


def test_an_approval_is_answered_with_the_ticket_as_it_is_now(
    rita: TicketCaller, ticket: Ticket
) -> None:
    answered = rita.approve(ticket)

    body = answered.json()
    assert answered.status_code == 200
    assert answered["ETag"] == '"2"'
    assert answered["Cache-Control"] == "no-store"
    assert (body["state"], body["resolution"], body["resolved_by"]) == (
        "RESOLVED",
        "approved",
        "rita",
    )
    assert body["usable_from"] == "2026-03-02T12:00:10Z"
    assert [vote["reason_text"] for vote in body["votes"]] == ["Checked the order."]


def test_the_etag_that_was_read_is_the_version_to_send(rita: TicketCaller, ticket: Ticket) -> None:
    read = rita.read(ticket)

    answered = rita.deny(ticket, If_Match=read["ETag"])

    assert answered.status_code == 200


def test_without_a_version_nothing_is_decided(rita: TicketCaller, ticket: Ticket) -> None:
    refused = rita.api.post(f"tickets/{ticket.pk}/approve", REASON)

    assert (refused.status_code, refused.json()["code"]) == (428, "version_required")


@pytest.mark.parametrize("header", ["3", "*", 'W/"3"', '"0"', '"1", "2"', '"99999999999"'])
def test_a_version_is_one_number_in_quotes(rita: TicketCaller, ticket: Ticket, header: str) -> None:
    refused = rita.approve(ticket, If_Match=header)

    body = refused.json()
    assert (refused.status_code, body["field"], body["value"]) == (422, "If-Match", header)


def test_a_stale_version_is_told_who_when_and_what(
    rita: TicketCaller, ravi: TicketCaller, ticket: Ticket
) -> None:
    rita.deny(ticket)

    refused = ravi.approve(ticket)

    body = refused.json()
    assert (refused.status_code, body["code"]) == (409, "already_decided")
    assert body["current"]["by"] == "rita"
    assert body["current"]["at"] == "2026-03-02T12:00:00+00:00"
    assert body["current"]["resolution"] == "denied"


def test_the_same_idempotency_key_gets_the_same_stored_answer(
    rita: TicketCaller, ticket: Ticket, clock: Clock
) -> None:
    first = rita.approve(ticket, Idempotency_Key="one-click")
    clock.forward(minutes=3)

    again = rita.approve(ticket, Idempotency_Key="one-click")

    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert again["ETag"] == first["ETag"]
    assert Grant.objects.count() == 1


def test_a_used_idempotency_key_takes_no_other_body(rita: TicketCaller, ticket: Ticket) -> None:
    rita.approve(ticket, Idempotency_Key="one-click")

    refused = rita.move(
        ticket, "approve", {**REASON, "reason_text": "Else."}, Idempotency_Key="one-click"
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("move", MOVES)
def test_a_key_never_moves_a_ticket_whatever_its_scopes(
    key: TicketCaller, ticket: Ticket, move: str
) -> None:
    refused = key.move(ticket, move, REASON)

    assert (refused.status_code, refused.json()["code"]) == (403, "person_required")


@pytest.mark.parametrize("move", MOVES)
def test_without_signing_in_nothing_moves(ticket: Ticket, move: str) -> None:
    refused = TicketCaller(Api()).move(ticket, move, REASON)

    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == 'Bearer realm="countersign"'


@pytest.mark.parametrize("move", MOVES)
def test_otto_the_outsider_finds_no_ticket(crew: Crew, ticket: Ticket, move: str) -> None:
    MembershipFactory(user=crew.otto, fleet=FleetFactory(), role="admin")

    refused = TicketCaller(person_api(crew.otto)).move(ticket, move, REASON)

    assert (refused.status_code, refused.json()["code"]) == (404, "ticket_unknown")


def test_a_session_needs_its_csrf_token(crew: Crew, ticket: Ticket) -> None:
    refused = TicketCaller(session_api(crew.rita, checks_csrf=True)).approve(ticket)

    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")


def test_a_browsers_session_decides_through_the_same_call(crew: Crew, ticket: Ticket) -> None:
    answered = TicketCaller(session_api(crew.rita)).approve(ticket)

    assert answered.status_code == 200
    assert Vote.objects.get().user == crew.rita


@pytest.mark.parametrize("move", MOVES)
def test_reading_never_moves_a_ticket(rita: TicketCaller, ticket: Ticket, move: str) -> None:
    refused = rita.api.get(f"tickets/{ticket.pk}/{move}")

    assert refused.status_code == 405


def test_claim_and_release(rita: TicketCaller, ravi: TicketCaller, ticket: Ticket) -> None:
    claimed = rita.move(ticket, "claim")
    locked = ravi.move(ticket, "claim", If_Match=claimed["ETag"])
    released = rita.move(ticket, "release")

    assert claimed.json()["claim"] == {"by": "rita", "until": "2026-03-02T12:10:00Z"}
    assert (locked.status_code, locked.json()["holder"]) == (423, "rita")
    assert released.json()["claim"] is None


def test_a_silent_holder_is_relieved_on_request(
    rita: TicketCaller, ravi: TicketCaller, ticket: Ticket, clock: Clock
) -> None:
    claimed = rita.move(ticket, "claim")
    clock.forward(seconds=91)

    taken = ravi.move(ticket, "claim", {"take_over": True}, If_Match=claimed["ETag"])

    assert taken.json()["claim"]["by"] == "ravi"


def test_undo_within_the_window(rita: TicketCaller, ticket: Ticket, clock: Clock) -> None:
    approved = rita.approve(ticket)
    undone = rita.move(ticket, "undo", If_Match=approved["ETag"])
    again = rita.approve(ticket, If_Match=undone["ETag"])
    clock.forward(seconds=10)
    late = rita.move(ticket, "undo", If_Match=again["ETag"])

    assert (undone.status_code, undone.json()["state"]) == (200, "PENDING")
    assert (late.status_code, late.json()["code"]) == (409, "undo_over")


@pytest.mark.parametrize("password", [None, "wrong", ""])
def test_a_critical_approval_takes_the_password(
    fleet: Fleet, crew: Crew, rita: TicketCaller, password: str | None
) -> None:
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    given = {} if password is None else {"X_Reauthenticate": password}
    refused = rita.approve(ticket, **given)

    assert refused.status_code == 401
    assert refused.json()["code"].startswith("reauthentication_")
    assert refused.json()["field"] == "password"
    assert not Vote.objects.exists()


def test_a_critical_approval_with_the_password_counts(
    fleet: Fleet, crew: Crew, rita: TicketCaller
) -> None:
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    answered = rita.approve(ticket, X_Reauthenticate=PASSWORD)

    assert answered.status_code == 200


def test_a_password_in_any_script_travels_in_the_header(
    fleet: Fleet, crew: Crew, rita: TicketCaller
) -> None:
    crew.rita.set_password("Zwölf Boxkämpfer 🥊")
    crew.rita.save()
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    sent = "Zwölf Boxkämpfer 🥊".encode().decode("latin-1")
    answered = rita.approve(ticket, X_Reauthenticate=sent)

    assert answered.status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason_code": "arguments_checked"}, "reason_text"),
        ({"reason_code": "arguments_checked", "reason_text": " "}, "reason_text"),
        ({"reason_code": "too_dangerous", "reason_text": "No."}, "reason_code"),
        ({**REASON, "choice": "deny"}, "choice"),
    ],
)
def test_an_unusable_body_names_its_field(
    rita: TicketCaller, ticket: Ticket, body: dict[str, str], field: str
) -> None:
    refused = rita.move(ticket, "approve", body)

    assert (refused.status_code, refused.json()["field"]) == (422, field)
