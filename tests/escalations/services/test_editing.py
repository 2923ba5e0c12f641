"""Approve with edited arguments: new digest, new votes, and exactly that runs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from escalations.domain.editing import LONGEST_ARGUMENTS
from escalations.models import Ticket
from escalations.selectors.edits import arguments_asked, edit_of, is_edited
from escalations.services.claims import ticket_claim_release
from escalations.services.undoing import ticket_undo
from governance.models import Decision, Event, Grant, Task
from governance.refusals import ConflictError, InvalidFieldError, LockedError
from tests.clock import NOON
from tests.escalations.answering import approve, call_emergency, deny
from tests.escalations.asking import attempt_denied
from tests.escalations.holders import claim, edit
from tests.escalations.people import second_admin
from tests.escalations.selectors.waiting_list import page_of
from tests.governance.services.orchestrator import WIPE, Orchestrator

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

ASKED = {"amount_usd": "49.00", "order": 4711}
NARROWED = '{"order": 4711, "amount_usd": "20.00"}'


@pytest.fixture
def task(shop: Orchestrator) -> Task:
    """A refund that takes two approvals, one of them by a manager."""
    return shop.ask("refund", arguments=ASKED).task


@pytest.fixture
def ticket(task: Task, crew: Crew) -> Ticket:
    """The refund's ticket, held by rita."""
    return claim(Ticket.objects.get(task=task), crew.rita)


def _approved(ticket: Ticket, crew: Crew) -> Ticket:
    after_rita = approve(ticket, crew.rita).ticket
    return approve(after_rita, crew.mona).ticket


def test_an_edit_gives_a_new_digest_and_keeps_what_was_asked(
    ticket: Ticket, task: Task, crew: Crew
) -> None:
    edited = edit(ticket, crew.rita, NARROWED)

    task.refresh_from_db()
    assert task.arguments == '{"amount_usd":"20.00","order":4711}'
    assert json.loads(task.arguments_asked) == ASKED
    assert edited.action_digest == task.action_digest != ticket.action_digest
    found = edit_of(edited)
    assert found is not None
    assert (found.by, found.at, found.arguments) == ("rita", NOON, task.arguments)
    assert json.loads(arguments_asked(edited)) == ASKED
    assert edited.version == ticket.version + 1


def test_earlier_votes_are_withdrawn_by_name_and_one_event_tells_of_it(
    ticket: Ticket, crew: Crew
) -> None:
    ticket_claim_release(ticket_id=ticket.pk, user=crew.rita)
    ticket.refresh_from_db()
    approve(ticket, crew.mona)
    claim(ticket, crew.rita)

    edited = edit(ticket, crew.rita, NARROWED)

    told = Event.objects.get(name="ticket.edited")
    assert told.payload["withdrawn"] == ["mona"]
    assert (told.payload["by"], told.payload["is_as_asked"]) == ("rita", False)
    assert edited.votes.filter(withdrawn_at=None).count() == 0


def test_the_edited_form_is_what_is_approved_granted_and_started(
    ticket: Ticket, task: Task, shop: Orchestrator, crew: Crew, clock: Clock
) -> None:
    approved = _approved(edit(ticket, crew.rita, NARROWED), crew)
    clock.forward(seconds=10)
    with pytest.raises(ConflictError, match="People edited the arguments") as refused:
        shop.start(task)

    task.refresh_from_db()
    started = shop.start(task)

    assert refused.value.code == "arguments_edited"
    assert (approved.resolution, task.resolution) == (
        "approved_edited",
        {**(task.resolution or {}), "answer": "approved_edited"},
    )
    assert json.loads(started.task.arguments) == {"amount_usd": "20.00", "order": 4711}
    assert Grant.objects.get(task=task).action_digest == approved.action_digest
    moments = Decision.objects.filter(task=task).order_by("created_at")
    assert list(moments.values_list("moment", flat=True)) == ["submit", "edit", "start"]


def test_an_emergency_approves_the_edited_form(
    ticket: Ticket, task: Task, crew: Crew, fleet: Fleet
) -> None:
    called = call_emergency(edit(ticket, crew.rita, NARROWED), crew.adam).ticket

    approved = call_emergency(called, second_admin(fleet)).ticket

    task.refresh_from_db()
    assert (approved.resolution, approved.emergency) == ("approved_edited", True)
    assert Grant.objects.get(task=task).action_digest == task.action_digest


def test_the_same_approval_again_changes_nothing(ticket: Ticket, crew: Crew) -> None:
    approved = _approved(edit(ticket, crew.rita, NARROWED), crew)

    assert approve(approved, crew.mona).repeated


def test_undo_leaves_the_edits_in_place(ticket: Ticket, crew: Crew) -> None:
    approved = _approved(edit(ticket, crew.rita, NARROWED), crew)

    undone = ticket_undo(ticket_id=approved.pk, user=crew.mona, expected_version=approved.version)

    assert (undone.state, is_edited(undone)) == ("PENDING", True)
    assert undone.action_digest == approved.action_digest


def test_a_denial_turns_round_an_edited_approval(ticket: Ticket, crew: Crew) -> None:
    approved = _approved(edit(ticket, crew.rita, NARROWED), crew)

    denied = deny(approved, crew.ravi).ticket

    assert (denied.resolution, Grant.objects.get().state) == ("denied", "REVOKED")


def test_edits_taken_back_restore_what_was_asked_with_its_digest(
    ticket: Ticket, task: Task, crew: Crew
) -> None:
    edited = edit(ticket, crew.rita, NARROWED)

    restored = edit(edited, crew.rita, None)

    task.refresh_from_db()
    assert (task.action_digest, task.arguments_asked) == (ticket.action_digest, "")
    assert restored.action_digest == ticket.action_digest
    assert not is_edited(restored)
    assert _approved(restored, crew).resolution == "approved"


def test_an_edited_request_leaves_its_group(
    ticket: Ticket, shop: Orchestrator, crew: Crew, clock: Clock
) -> None:
    shop.ask("refund", arguments=ASKED)
    before = len(page_of(crew.mona, ticket.fleet, clock.now).rows)

    edit(ticket, crew.rita, NARROWED)

    assert (before, len(page_of(crew.mona, ticket.fleet, clock.now).rows)) == (1, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "The arguments: $ must be JSON, got character 1: Expecting property name"),
        ('{"order": 4711, "order": 4711}', "$.order must be given once, got a second one"),
        ('{"amount_usd": "50.00"}', "arguments.amount_usd must be a number from 0 to 49.00, got"),
        ('{"amount_usd": "49.00", "order": 4711}', "These are the arguments that stand already."),
        ('{"note": "' + "x" * LONGEST_ARGUMENTS + '"}', "must have at most 65,536 characters."),
    ],
)
def test_what_cannot_stand_is_refused_by_name(
    ticket: Ticket, crew: Crew, text: str, said: str
) -> None:
    with pytest.raises(InvalidFieldError, match=re.escape(said)) as refused:
        edit(ticket, crew.rita, text)

    assert (refused.value.field, bool(refused.value.allowed)) == ("arguments", True)


def test_a_task_that_has_outgrown_what_people_saw_is_not_edited(
    ticket: Ticket, task: Task, shop: Orchestrator, crew: Crew
) -> None:
    shop.tool_new("refund", WIPE)

    with pytest.raises(ConflictError, match="Now Critical, approved as High") as refused:
        edit(ticket, crew.rita, NARROWED)

    assert refused.value.code == "envelope_level"
    task.refresh_from_db()
    assert json.loads(task.arguments) == ASKED


def test_only_the_holder_edits_and_only_a_task_with_arguments(
    ticket: Ticket, shop: Orchestrator, crew: Crew, fleet: Fleet
) -> None:
    bare = claim(Ticket.objects.get(task=shop.ask("refund", arguments={}).task), crew.rita)
    incident = claim(attempt_denied(fleet, crew.lena), crew.rita)

    with pytest.raises(LockedError):
        edit(ticket, crew.mona, NARROWED)
    with pytest.raises(ConflictError, match="it has no arguments to edit"):
        edit(bare, crew.rita, NARROWED)
    with pytest.raises(ConflictError, match="Edit is no move of a ticket of kind incident"):
        edit(incident, crew.rita, NARROWED)
