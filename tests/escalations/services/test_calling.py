"""A level of people called by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from escalations.selectors.escalation import escalated_of, is_escalated_to
from escalations.services.escalating import tickets_escalate_due
from governance.models import Event
from governance.refusals import ConflictError, GoneError, InvalidFieldError, MissingError
from governance.services.cancelling import task_cancel
from tests.clock import NOON
from tests.escalations.answering import deny
from tests.escalations.asking import task_asked
from tests.escalations.holders import claim, escalate, snoozed
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

BY_RITA = "Rita called level 2: The sum is too large for me."


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    """A ticket with 30 min to decide it, from noon on."""
    return task_asked(fleet, crew.lena)


def _told() -> list[tuple[int, str, str, str]]:
    events = Event.objects.filter(name="ticket.escalated").order_by("seq")
    return [
        (each.payload["level"], each.payload["reason"], each.payload["by"], each.actor)
        for each in events
    ]


def test_a_reviewer_calls_the_next_level_with_a_reason(ticket: Ticket, crew: Crew) -> None:
    version = ticket.version

    escalate(ticket, crew.rita)

    ticket.refresh_from_db()
    found = escalated_of(ticket)
    assert found is not None
    assert (found.level, found.since, found.reason) == (2, NOON, BY_RITA)
    assert found.next_at == ticket.escalate_at == NOON + timedelta(minutes=24)
    assert _told() == [(2, BY_RITA, "rita", "rita")]
    assert Ticket.objects.filter(is_escalated_to(crew.mona)).get() == ticket
    assert ticket.version == version


def test_the_same_level_called_twice_is_called_once(ticket: Ticket, crew: Crew) -> None:
    escalate(ticket, crew.rita)

    again = escalate(ticket, crew.ravi, reason="I think so too.")

    assert again.escalation_level == 2
    assert _told() == [(2, BY_RITA, "rita", "rita")]


def test_a_level_called_by_time_is_not_called_again_by_hand(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    clock.forward(minutes=15)
    tickets_escalate_due()

    escalate(ticket, crew.rita)

    assert [level for level, *_ in _told()] == [2]


def test_a_level_called_by_hand_is_not_called_again_by_time(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    escalate(ticket, crew.rita)
    clock.forward(minutes=15)
    at_half = tickets_escalate_due()
    clock.forward(minutes=9)

    assert (at_half, tickets_escalate_due()) == (0, 1)
    assert [(level, by) for level, _, by, _ in _told()] == [(2, "rita"), (3, "")]


def test_on_the_last_level_nobody_is_left_to_call(ticket: Ticket, crew: Crew) -> None:
    escalate(ticket, crew.rita)
    escalate(ticket, crew.rita, 3)

    with pytest.raises(ConflictError, match="nobody else is left to call") as refused:
        escalate(ticket, crew.rita, 4)

    assert refused.value.code == "last_level"
    assert escalate(ticket, crew.rita, 3).escalation_level == 3
    assert len(_told()) == 2


@pytest.mark.parametrize("level", [-1, 0, 1, 3, 5])
def test_only_the_next_level_is_called(ticket: Ticket, crew: Crew, level: int) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        escalate(ticket, crew.rita, level)

    assert (refused.value.field, refused.value.value) == ("level", level)
    assert refused.value.allowed == "2, the next level"
    assert _told() == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "\x00"])
def test_without_a_reason_nobody_is_called(ticket: Ticket, crew: Crew, reason: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        escalate(ticket, crew.rita, reason=reason)

    assert refused.value.field == "reason"


def test_who_may_not_decide_it_may_call_who_may(ticket: Ticket, crew: Crew) -> None:
    escalate(ticket, crew.lena)

    assert _told()[0][2] == "lena"


def test_a_claim_keeps_nobody_from_calling_others_and_stays(ticket: Ticket, crew: Crew) -> None:
    held = claim(ticket, crew.rita)

    escalated = escalate(ticket, crew.ravi)

    escalated.refresh_from_db()
    assert (escalated.claimed_by, escalated.version) == (crew.rita, held.version)


def test_otto_the_outsider_calls_nobody(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(MissingError):
        escalate(ticket, crew.otto)


def test_what_is_put_off_is_woken_first(ticket: Ticket, crew: Crew) -> None:
    snoozed(ticket, crew.rita)

    with pytest.raises(ConflictError, match="it is snoozed; wake it first") as refused:
        escalate(ticket, crew.rita)

    assert refused.value.code == "ticket_snoozed"


def test_practice_calls_nobody(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, practice=True)

    with pytest.raises(ConflictError) as refused:
        escalate(ticket, crew.rita)

    assert refused.value.code == "practice_ticket"


def test_what_is_decided_calls_nobody(ticket: Ticket, crew: Crew) -> None:
    deny(ticket, crew.rita)

    with pytest.raises(ConflictError) as refused:
        escalate(ticket, crew.rita)

    assert refused.value.code == "already_decided"


def test_past_the_deadline_nobody_is_called(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    clock.forward(minutes=30)

    with pytest.raises(ConflictError) as refused:
        escalate(ticket, crew.rita)

    assert (refused.value.code, _told()) == ("ticket_expired", [])


def test_what_is_withdrawn_calls_nobody(fleet: Fleet, crew: Crew) -> None:
    shop = Orchestrator(fleet, crew)
    task = shop.ask("refund").task
    task_cancel(key=shop.key, task_id=task.pk, reason="Never mind.")

    with pytest.raises(GoneError):
        escalate(Ticket.objects.get(), crew.rita)
