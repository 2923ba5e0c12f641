from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Vote
from escalations.services.claims import ticket_claim
from governance.models import Event, Grant, Task
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidFieldError,
    LockedError,
    MissingError,
    VersionMissingError,
)
from governance.selectors.clock import clock_now
from tests.escalations.answering import approve, deny
from tests.escalations.asking import attempt_denied, task_asked
from tests.factories import AgentFactory, MembershipFactory, StandingFactory

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def _claimed_by_rita(fleet: Fleet, crew: Crew) -> Ticket:
    ticket = task_asked(fleet, crew.lena)
    return ticket_claim(ticket_id=ticket.pk, user=crew.rita, expected_version=1)


def test_one_approval_gives_one_grant_bound_to_what_was_shown(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    approve(ticket, crew.rita)

    grant = Grant.objects.get(task=ticket.task)
    assert (grant.state, grant.authority, grant.action_digest) == (
        "ISSUED",
        ticket.pk,
        ticket.action_digest,
    )


def test_a_grant_opens_after_the_undo_window_and_then_has_its_full_time(
    fleet: Fleet, crew: Crew
) -> None:
    ticket = task_asked(fleet, crew.lena)

    approve(ticket, crew.rita)

    grant = Grant.objects.get(task=ticket.task)
    assert grant.usable_from.isoformat() == "2026-03-02T12:00:10+00:00"
    assert grant.expires_at.isoformat() == "2026-03-02T12:30:10+00:00"


def test_a_denial_reaches_the_agent_word_for_word(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    deny(ticket, crew.rita, reason_text="  Order 4711 is paid back.\nAsk Ana.  ")

    ticket.refresh_from_db()
    assert ticket.task is not None
    assert (ticket.state, ticket.resolution, ticket.task.state) == ("RESOLVED", "denied", "DENIED")
    assert ticket.task.resolution == {
        "answer": "denied",
        "by": "rita",
        "at": "2026-03-02T12:00:00+00:00",
        "reason_code": "arguments_wrong",
        "reason_text": "Order 4711 is paid back.\nAsk Ana.",
    }


def test_events_tell_vote_and_outcome_with_their_reasons(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    before = Event.objects.count()

    approve(ticket, crew.rita)

    events = list(Event.objects.order_by("seq")[before:])
    assert [event.name for event in events] == [
        "ticket.vote_recorded",
        "ticket.resolved",
        "task.resolved",
    ]
    assert {event.actor for event in events} == {"rita"}
    assert events[0].payload["reason_text"] == "Checked the order."


def test_first_decision_wins_and_the_second_is_told_who_when_and_what(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena)
    deny(ticket, crew.rita)
    clock.forward(seconds=3)

    with pytest.raises(ConflictError, match="Rita decided ticket #1 first: denied") as refused:
        approve(ticket, crew.ravi)

    assert refused.value.code == "already_decided"
    assert refused.value.extra["current"] == {
        "state": "RESOLVED",
        "resolution": "denied",
        "by": "rita",
        "at": "2026-03-02T12:00:00+00:00",
        "reason": "The order is paid back.",
        "reason_code": "arguments_wrong",
        "version": 2,
    }
    assert not Grant.objects.exists()


def test_the_same_answer_again_changes_nothing(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    first = approve(ticket, crew.rita)
    events = Event.objects.count()

    again = approve(ticket, crew.rita)

    assert (first.repeated, again.repeated) == (False, True)
    assert again.ticket.version == first.ticket.version
    assert Event.objects.count() == events
    assert Vote.objects.count() == 1


def test_the_same_answer_after_others_decided_otherwise_is_a_conflict(
    fleet: Fleet, crew: Crew
) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)
    after_rita = approve(ticket, crew.rita).ticket
    deny(after_rita, crew.ravi)

    with pytest.raises(ConflictError, match="Ravi decided ticket #1 first"):
        approve(ticket, crew.rita)


def test_an_answer_to_an_older_version_is_refused(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)
    approve(ticket, crew.rita)

    with pytest.raises(ConflictError) as refused:
        approve(ticket, crew.ravi)

    assert refused.value.code == "stale_version"
    assert (refused.value.value, refused.value.allowed) == (1, "2")


def test_an_answer_without_a_version_is_refused(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    with pytest.raises(VersionMissingError):
        approve(ticket, crew.rita, expected_version=None)


def test_the_owner_of_an_agent_never_decides_its_tickets(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.mona)

    with pytest.raises(ForbiddenError, match="You own") as refused:
        deny(ticket, crew.mona)

    assert refused.value.code == "owns_agent"


@pytest.mark.parametrize("requested_by", ["rita", "RITA@example.test", "user:rita"])
def test_whoever_asked_for_a_task_never_decides_it(
    fleet: Fleet, crew: Crew, requested_by: str
) -> None:
    ticket = task_asked(fleet, crew.lena, requested_by=requested_by)

    with pytest.raises(ForbiddenError) as refused:
        approve(ticket, crew.rita)

    assert refused.value.code == "requested_it"


def test_otto_the_outsider_does_not_find_the_ticket(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    with pytest.raises(MissingError):
        approve(ticket, crew.otto)


def test_a_member_of_another_fleet_does_not_find_the_ticket(fleet: Fleet, crew: Crew) -> None:
    MembershipFactory(user=crew.otto, role="admin")
    ticket = task_asked(fleet, crew.lena)

    with pytest.raises(MissingError):
        deny(ticket, crew.otto)


def test_a_frozen_agent_cannot_be_approved_but_denied(fleet: Fleet, crew: Crew) -> None:
    agent = AgentFactory(fleet=fleet, owner=crew.lena, standing=None)
    StandingFactory(agent=agent, is_latched=True)
    ticket = task_asked(fleet, crew.lena, agent=agent)

    with pytest.raises(ConflictError, match="latched") as refused:
        approve(ticket, crew.rita)
    deny(ticket, crew.rita)

    assert refused.value.code == "agent_frozen"
    ticket.refresh_from_db()
    assert ticket.resolution == "denied"


def test_a_withdrawn_question_is_gone(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    type(ticket).objects.filter(pk=ticket.pk).update(state="CANCELLED")

    with pytest.raises(GoneError) as refused:
        approve(ticket, crew.rita)

    assert refused.value.code == "ticket_withdrawn"


def test_a_task_that_moved_on_without_its_ticket_is_a_conflict(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    Task.objects.update(state="CANCELLED")

    with pytest.raises(ConflictError) as refused:
        approve(ticket, crew.rita)

    assert refused.value.code == "move_not_possible"
    assert refused.value.extra["current"]["state"] == "PENDING"
    assert not Vote.objects.exists()


def test_practice_is_never_decided(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, practice=True, state="READY")

    with pytest.raises(ConflictError) as refused:
        approve(ticket, crew.rita)

    assert refused.value.code == "practice_ticket"


def test_a_late_denial_takes_back_an_unused_approval(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena)
    approved = approve(ticket, crew.rita).ticket
    clock.forward(minutes=5)

    deny(approved, crew.ravi)

    ticket.refresh_from_db()
    assert ticket.task is not None
    assert (ticket.resolution, ticket.resolved_by) == ("denied", "ravi")
    assert ticket.task.state == "DENIED"
    assert Grant.objects.get(task=ticket.task).state == "REVOKED"


def test_a_used_approval_can_not_be_denied(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    approved = approve(ticket, crew.rita).ticket
    Grant.objects.filter(task=ticket.task).update(state="CONSUMED", ended_at=clock_now())

    with pytest.raises(ConflictError) as refused:
        deny(approved, crew.ravi)

    assert refused.value.code == "grant_used"
    assert Vote.objects.filter(user=crew.ravi).count() == 0


def test_what_would_be_refused_is_refused_where_nothing_is_recorded(
    fleet: Fleet, crew: Crew
) -> None:
    ticket = task_asked(fleet, crew.lena)
    approved = approve(ticket, crew.rita).ticket
    Grant.objects.filter(task=ticket.task).update(state="CONSUMED", ended_at=clock_now())

    with pytest.raises(ConflictError) as refused:
        deny(approved, crew.ravi, records=False)

    assert refused.value.code == "grant_used"


def test_what_would_be_recorded_leaves_nothing_behind(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    events = Event.objects.count()

    approve(ticket, crew.rita, records=False)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.version, ticket.resolved_by) == ("PENDING", 1, "")
    assert (Vote.objects.count(), Grant.objects.count(), Event.objects.count()) == (0, 0, events)


def test_a_claim_keeps_others_from_deciding(fleet: Fleet, crew: Crew) -> None:
    ticket = _claimed_by_rita(fleet, crew)

    with pytest.raises(LockedError) as refused:
        approve(ticket, crew.ravi)

    assert refused.value.extra["holder"] == "rita"
    assert refused.value.extra["lease_until"] == "2026-03-02T12:10:00+00:00"


def test_a_manager_may_deny_over_a_claim_but_not_approve(fleet: Fleet, crew: Crew) -> None:
    ticket = _claimed_by_rita(fleet, crew)

    with pytest.raises(LockedError):
        approve(ticket, crew.mona)
    denied = deny(ticket, crew.mona).ticket

    assert (denied.resolution, denied.resolved_by, denied.claimed_by) == ("denied", "mona", None)


def test_an_incident_is_acknowledged_and_takes_no_denial(fleet: Fleet, crew: Crew) -> None:
    ticket = attempt_denied(fleet, crew.lena)

    with pytest.raises(InvalidFieldError) as refused:
        deny(ticket, crew.rita)
    answered = approve(ticket, crew.rita, reason_code="rightly_blocked").ticket

    assert (refused.value.field, refused.value.allowed) == ("choice", "approve")
    assert (answered.state, answered.resolution) == ("RESOLVED", "acknowledged")
    assert answered.task is not None
    assert answered.task.state == "DENIED"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("choice", "rebaseline"),
        ("reason_code", ""),
        ("reason_code", "arguments_wrong"),
        ("reason_text", " \n "),
        ("reason_text", "x" * 2001),
        ("reason_text", "half a pair \ud800"),
        ("reason_text", "nothing\x00more"),
    ],
)
def test_an_unusable_answer_names_the_field(
    fleet: Fleet, crew: Crew, field: str, value: str
) -> None:
    ticket = task_asked(fleet, crew.lena)

    with pytest.raises(InvalidFieldError) as refused:
        approve(ticket, crew.rita, **{field: value})

    assert refused.value.field == field
