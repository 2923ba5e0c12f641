"""``POST tickets/{id}/decide``: the answers that are neither yes nor no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.models import Ticket, Vote
from governance.models import Task
from tests.escalations.answering import call_emergency
from tests.escalations.api.caller import TicketCaller
from tests.escalations.asking import task_asked
from tests.escalations.finding import cascade, drift
from tests.escalations.people import second_admin
from tests.factories import PASSWORD
from tests.governance.api.http import person_api
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

BASELINE = {
    "choice": "rebaseline",
    "reason_code": "work_changed",
    "reason_text": "The archive moved; every read takes longer now.",
}


@pytest.fixture
def shop(fleet: Fleet, crew: Crew) -> Orchestrator:
    return Orchestrator(fleet, crew)


def test_a_drift_is_answered_in_its_own_word(rita: TicketCaller, shop: Orchestrator) -> None:
    answered = rita.move(drift(shop), "decide", BASELINE)

    body = answered.json()
    assert (answered.status_code, answered["ETag"]) == (200, '"2"')
    assert (body["kind"], body["resolution"], body["resolved_by"]) == (
        "drift",
        "rebaselined",
        "rita",
    )
    assert [vote["choice"] for vote in body["votes"]] == ["rebaseline"]


def test_the_same_key_gets_the_same_stored_answer(rita: TicketCaller, shop: Orchestrator) -> None:
    ticket = drift(shop)
    first = rita.move(ticket, "decide", BASELINE, Idempotency_Key="one-click")

    again = rita.move(ticket, "decide", BASELINE, Idempotency_Key="one-click")

    assert again.content == first.content
    assert Vote.objects.count() == 1


def test_a_task_can_be_approved_by_its_word(rita: TicketCaller, fleet: Fleet, crew: Crew) -> None:
    body = {**BASELINE, "choice": "approve", "reason_code": "arguments_checked"}

    answered = rita.move(task_asked(fleet, crew.lena), "decide", body)

    assert answered.json()["resolution"] == "approved"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"choice": "deny"}, "choice"),
        ({"choice": "anything"}, "choice"),
        ({"reason_code": "work_good"}, "reason_code"),
        ({"tasks": ["t-1"]}, "tasks"),
        ({"tasks": "t-1"}, "tasks"),
    ],
)
def test_an_unusable_answer_names_its_field(
    rita: TicketCaller, shop: Orchestrator, changed: dict[str, Any], field: str
) -> None:
    refused = rita.move(drift(shop), "decide", {**BASELINE, **changed})

    assert (refused.status_code, refused.json()["field"]) == (422, field)


def test_a_reviewer_is_told_that_a_manager_lowers_mandates(
    rita: TicketCaller, shop: Orchestrator
) -> None:
    body = {**BASELINE, "choice": "lower_mandate", "reason_code": "cause_not_mended"}

    refused = rita.move(drift(shop), "decide", body)

    assert (refused.status_code, refused.json()["code"]) == (403, "role_too_low")
    assert refused.json()["detail"] == "This needs a manager; you are a reviewer."


def test_held_tasks_are_named_and_settled(rita: TicketCaller, shop: Orchestrator) -> None:
    ticket, held = cascade(shop)
    body = {
        "choice": "cancel",
        "reason_code": "input_spoiled",
        "reason_text": "The figures are wrong.",
        "tasks": [held[0].external_id],
    }

    answered = rita.move(ticket, "decide", body)

    assert answered.json()["state"] == "PENDING"
    assert answered.json()["votes"][0]["task"] == held[0].external_id
    assert Task.objects.get(pk=held[0].pk).state == "DENIED"


class TestSecondingACall:
    """An emergency through the API: the second admin names the call they have read."""

    @pytest.fixture
    def called(self, fleet: Fleet, crew: Crew) -> Ticket:
        return call_emergency(task_asked(fleet, crew.lena), crew.adam).ticket

    @pytest.fixture
    def anna(self, fleet: Fleet) -> TicketCaller:
        return TicketCaller(person_api(second_admin(fleet)))

    def agreed(self, anna: TicketCaller, ticket: Ticket, **fields: Any) -> Any:
        body = {
            "choice": "emergency",
            "reason_code": "emergency",
            "reason_text": "Customers are locked out until it is through.",
            **fields,
        }
        return anna.move(ticket, "decide", body, X_Reauthenticate=PASSWORD)

    def test_the_call_it_names_is_the_one_that_was_read(
        self, anna: TicketCaller, called: Ticket
    ) -> None:
        call = anna.read(called).json()["votes"][0]["id"]

        answered = self.agreed(anna, called, seconds=call)

        assert answered.json()["resolution"] == "approved"
        assert answered.json()["emergency"] is True

    def test_a_lapsed_call_is_not_called_anew_by_agreeing_to_it(
        self, anna: TicketCaller, called: Ticket, clock: Clock
    ) -> None:
        call = anna.read(called).json()["votes"][0]["id"]
        clock.forward(minutes=10)

        refused = self.agreed(anna, called, seconds=call)

        assert (refused.status_code, refused.json()["code"]) == (409, "call_lapsed")
        assert Vote.objects.count() == 1

    def test_a_call_that_took_the_place_of_the_one_read_is_not_agreed_to(
        self, anna: TicketCaller, called: Ticket, crew: Crew, clock: Clock
    ) -> None:
        call = anna.read(called).json()["votes"][0]["id"]
        clock.forward(minutes=10)
        anew = call_emergency(called, crew.adam).ticket

        stale = self.agreed(anna, called, seconds=call)
        other = self.agreed(anna, anew, seconds=call)

        assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
        assert (other.status_code, other.json()["code"]) == (409, "call_lapsed")

    def test_no_other_answer_seconds_a_call(self, rita: TicketCaller, called: Ticket) -> None:
        body = {**BASELINE, "choice": "deny", "reason_code": "not_needed"}
        call = str(Vote.objects.get().pk)

        refused = rita.move(called, "decide", {**body, "seconds": call})

        assert (refused.status_code, refused.json()["field"]) == (422, "seconds")
