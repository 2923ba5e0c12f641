from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from escalations.models import Ticket
from escalations.selectors.escalation import escalated_of
from escalations.services.escalating import tickets_escalate_due
from escalations.services.escalation_policies import LevelDraft, escalation_publish
from escalations.services.expiry import tickets_expire_due
from escalations.services.reopening import ticket_reopen
from escalations.services.undoing import ticket_undo
from escalations.services.waking import snoozes_end_due
from escalations.tasks import sweep
from governance.domain.types import Role
from governance.models import Event, Membership
from governance.services.fleets import membership_remove, user_deactivate
from tests.clock import NOON
from tests.escalations.answering import approve, deny
from tests.escalations.asking import task_asked
from tests.escalations.holders import asked, claim, snoozed

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import DjangoCaptureOnCommitCallbacks

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    """A ticket with 30 min to decide it, from noon on."""
    return task_asked(fleet, crew.lena)


def rita_then_mona(fleet: Fleet, admin: User) -> None:
    """Call rita first, mona at 40 % of the time, admins at 80 %."""
    escalation_publish(
        fleet=fleet,
        user=admin,
        levels=[
            LevelDraft(people=["rita"], roles=[]),
            LevelDraft(people=["mona"], roles=[]),
            LevelDraft(people=[], roles=["admin"]),
        ],
        shares=[0.4, 0.8],
        reason="Rita watches refunds.",
        replaces=0,
    )


def _told() -> list[tuple[int, str, str]]:
    events = Event.objects.filter(name="ticket.escalated").order_by("seq")
    return [(each.payload["level"], each.payload["reason"], each.actor) for each in events]


def _level(ticket: Ticket) -> int:
    ticket.refresh_from_db()
    return ticket.escalation_level


def test_a_ticket_opens_with_a_copy_of_the_policy_and_its_first_step(ticket: Ticket) -> None:
    found = escalated_of(ticket)

    assert ticket.escalation == {
        "levels": [
            {"people": [], "roles": ["reviewer"]},
            {"people": [], "roles": ["manager"]},
            {"people": [], "roles": ["admin"]},
        ],
        "shares": [0.5, 0.8],
        "chat_after_s": 60,
        "mail_after_s": 300,
    }
    assert ticket.escalate_at == NOON + timedelta(minutes=15)
    assert found is not None
    assert (found.level, found.of, found.since, found.reason) == (1, 3, NOON, "")
    assert _told() == []


def test_levels_are_called_once_each_as_time_passes_and_the_version_stays(
    ticket: Ticket, clock: Clock
) -> None:
    version, counts = ticket.version, []
    for minutes in (14, 1, 0, 9, 1):
        clock.forward(minutes=minutes)
        counts.append(tickets_escalate_due())

    found = escalated_of(Ticket.objects.get())
    assert counts == [0, 1, 0, 1, 0]
    assert _told() == [
        (2, "50 % of the time to decide is over.", "sweeper"),
        (3, "80 % of the time to decide is over.", "sweeper"),
    ]
    ticket.refresh_from_db()
    assert (ticket.version, ticket.escalate_at) == (version, None)
    assert ticket.escalated_to == ["role:admin", "role:manager"]
    assert found is not None
    assert (found.level, found.since, found.next_at) == (3, NOON + timedelta(minutes=24), None)


def test_the_sweep_escalates(ticket: Ticket, clock: Clock) -> None:
    clock.forward(minutes=15)

    assert sweep()["escalations"] == 1


def test_a_sweeper_that_was_away_goes_straight_to_the_level_that_is_due(
    ticket: Ticket, clock: Clock
) -> None:
    clock.forward(minutes=25)

    assert (tickets_escalate_due(), _level(ticket)) == (1, 3)
    assert len(_told()) == 1


def test_a_level_on_which_nobody_may_decide_is_passed_over_at_opening(
    fleet: Fleet, crew: Crew
) -> None:
    rita_then_mona(fleet, crew.adam)

    ticket = task_asked(fleet, crew.lena, requested_by="rita")

    assert (ticket.escalation_level, ticket.escalated_to) == (2, [f"person:{crew.mona.pk}"])
    assert ticket.escalate_at == NOON + timedelta(minutes=24)
    assert _told() == [
        (
            2,
            "No eligible reviewer on level 1, 1 excluded because of having asked for the task.",
            "key:orchestrator",
        )
    ]


def test_what_waits_for_nobody_calls_nobody(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    practice = task_asked(fleet, crew.lena, practice=True, state="RUNNING")
    clock.forward(minutes=29)

    assert (practice.escalation, practice.escalate_at) == (None, None)
    assert escalated_of(practice) is None
    assert tickets_escalate_due() == 0


def test_a_new_policy_moves_no_ticket_that_waits(
    ticket: Ticket, fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    rita_then_mona(fleet, crew.adam)
    clock.forward(minutes=12)
    early = tickets_escalate_due()
    clock.forward(minutes=3)

    assert (early, tickets_escalate_due(), _level(ticket)) == (0, 1, 2)
    later = task_asked(fleet, crew.lena).escalation
    assert later is not None
    assert later["shares"] == [0.4, 0.8]


def test_a_decided_ticket_is_left_alone(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    deny(ticket, crew.rita)
    clock.forward(minutes=15)

    assert (tickets_escalate_due(), _level(ticket)) == (0, 1)
    assert escalated_of(ticket) is None


def test_an_overdue_ticket_expires_and_is_not_escalated(ticket: Ticket, clock: Clock) -> None:
    clock.forward(minutes=30)

    assert (tickets_escalate_due(), tickets_expire_due(), _level(ticket)) == (0, 1, 1)


def test_an_archived_fleet_is_left_alone(ticket: Ticket, clock: Clock) -> None:
    ticket.fleet.archived_at = timezone.now()
    ticket.fleet.save(update_fields=["archived_at"])
    clock.forward(minutes=15)

    assert tickets_escalate_due() == 0


def test_a_claim_keeps_nobody_from_being_called(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    clock.forward(minutes=14)
    held = claim(ticket, crew.rita)
    clock.forward(minutes=1)

    assert (tickets_escalate_due(), _level(ticket)) == (1, 2)
    assert (ticket.claimed_by, ticket.version) == (crew.rita, held.version)


def test_what_was_put_off_escalates_when_it_wakes(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    snoozed(ticket, crew.rita, minutes=20)
    clock.forward(minutes=16)
    asleep = tickets_escalate_due()
    clock.forward(minutes=4)

    assert (asleep, snoozes_end_due(), tickets_escalate_due()) == (0, 1, 1)
    assert _level(ticket) == 2


def test_a_question_moves_the_next_step_with_the_deadline(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    asked(ticket, crew.rita)

    ticket.refresh_from_db()
    assert ticket.decide_by == NOON + timedelta(minutes=45)
    assert ticket.escalate_at == NOON + timedelta(minutes=22, seconds=30)


def test_a_level_reached_stays_when_a_question_makes_the_time_longer(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    clock.forward(minutes=15)
    tickets_escalate_due()
    asked(ticket, crew.rita)

    assert (tickets_escalate_due(), _level(ticket)) == (0, 2)
    assert ticket.escalate_at == NOON + timedelta(minutes=36)


def test_who_has_approved_is_waited_for_no_longer(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    rita_then_mona(fleet, crew.adam)
    ticket = task_asked(fleet, crew.lena, approvals=2)

    approve(ticket, crew.rita)

    assert (tickets_escalate_due(), _level(ticket)) == (1, 2)
    assert _told()[0][1] == (
        "No eligible reviewer on level 1, 1 excluded because of having approved already."
    )
    assert tickets_escalate_due() == 0


def test_a_vote_that_leaves_somebody_to_ask_moves_nothing(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)

    approve(ticket, crew.rita)

    assert (tickets_escalate_due(), _level(ticket)) == (0, 1)
    assert ticket.escalate_at == NOON + timedelta(minutes=15)


def test_an_undone_approval_waits_on_its_level_and_escalates_in_time(
    ticket: Ticket, crew: Crew, clock: Clock
) -> None:
    clock.forward(minutes=14, seconds=55)
    approved = approve(ticket, crew.rita).ticket
    ticket_undo(ticket_id=ticket.pk, user=crew.rita, expected_version=approved.version)
    clock.forward(seconds=5)

    assert (tickets_escalate_due(), _level(ticket)) == (1, 2)


def test_a_reopened_ticket_catches_up(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    clock.forward(minutes=13)
    denied = deny(ticket, crew.rita).ticket
    clock.forward(minutes=3)
    ticket_reopen(ticket_id=ticket.pk, user=crew.rita, expected_version=denied.version)

    assert (tickets_escalate_due(), _level(ticket)) == (1, 2)


def test_who_leaves_the_fleet_is_waited_for_no_longer(
    fleet: Fleet,
    crew: Crew,
    clock: Clock,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    rita_then_mona(fleet, crew.adam)
    ticket = task_asked(fleet, crew.lena)

    with django_capture_on_commit_callbacks(execute=True):
        membership_remove(fleet=fleet, user=crew.rita, actor="adam")

    assert (tickets_escalate_due(), _level(ticket)) == (1, 2)
    assert _told()[0][1].endswith("1 excluded because of not being a member.")


def test_whose_account_is_deactivated_is_waited_for_no_longer(
    fleet: Fleet,
    crew: Crew,
    clock: Clock,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    rita_then_mona(fleet, crew.adam)
    ticket = task_asked(fleet, crew.lena)

    with django_capture_on_commit_callbacks(execute=True):
        user_deactivate(user=crew.rita, actor="adam")

    assert (tickets_escalate_due(), _level(ticket)) == (1, 2)


def test_one_ticket_that_cannot_be_moved_holds_up_no_other(
    ticket: Ticket, fleet: Fleet, crew: Crew, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    other = task_asked(fleet, crew.lena)
    Ticket.objects.filter(pk=ticket.pk).update(escalation={"levels": "broken"})
    clock.forward(minutes=15)

    assert (tickets_escalate_due(), _level(other)) == (1, 2)
    assert f"ticket {ticket.pk} is due and cannot be escalated" in caplog.text


def test_a_role_that_nobody_holds_any_longer_is_passed_over(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    Membership.objects.filter(role=Role.MANAGER.value).delete()
    ticket = task_asked(fleet, crew.lena)
    clock.forward(minutes=15)

    assert (tickets_escalate_due(), _level(ticket)) == (1, 3)
    assert _told()[0][1] == "50 % of the time to decide is over; nobody is on level 2."
