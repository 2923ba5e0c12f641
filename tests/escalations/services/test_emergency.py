from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.domain.queue import QueueFilter
from escalations.models import Ticket, Vote
from escalations.selectors.deciders import tickets_judged
from escalations.selectors.waiting import waiting_page
from escalations.services.expiry import tickets_expire_due
from governance.domain.types import Role
from governance.models import Event, Grant
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
    UnauthenticatedError,
)
from governance.services.breakers import agent_freeze
from tests.escalations.answering import approve, call_emergency, deny
from tests.escalations.asking import task_asked
from tests.escalations.people import second_admin
from tests.factories import MembershipFactory

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def anna(fleet: Fleet) -> User:
    return second_admin(fleet)


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    return task_asked(fleet, crew.lena, approvals=2)


@pytest.fixture
def called(ticket: Ticket, crew: Crew) -> Ticket:
    return call_emergency(ticket, crew.adam).ticket


def test_one_admin_alone_lets_nothing_run(called: Ticket) -> None:
    assert (called.state, called.version, called.emergency) == ("PENDING", 2, False)
    assert not Grant.objects.exists()


def test_a_second_admin_approves_it_at_once(called: Ticket, anna: User, clock: Clock) -> None:
    approved = call_emergency(called, anna).ticket

    grant = Grant.objects.get()
    assert (approved.resolution, approved.emergency) == ("approved", True)
    assert grant.usable_from == approved.usable_from == clock.now
    assert approved.task is not None
    approved.task.refresh_from_db()
    assert (approved.task.resolution or {})["reason_code"] == "emergency"
    assert Event.objects.get(name="ticket.resolved").payload["emergency"]


def test_others_review_it_within_a_day_and_neither_admin_does(
    called: Ticket, crew: Crew, anna: User, clock: Clock
) -> None:
    call_emergency(called, anna)

    review = Ticket.objects.get(kind="incident")
    assert review.decide_by == clock.now + timedelta(hours=24)
    for admin in (crew.adam, anna):
        with pytest.raises(ForbiddenError) as refused:
            approve(review, admin, reason_code="emergency_justified")
        assert refused.value.code == "approved_it"
    answered = approve(review, crew.rita, reason_code="emergency_unjustified").ticket
    assert answered.resolution == "acknowledged"


def test_a_review_that_nobody_answers_is_asked_again_until_somebody_does(
    called: Ticket, fleet: Fleet, crew: Crew, anna: User, clock: Clock
) -> None:
    call_emergency(called, anna)
    clock.forward(hours=24)
    tickets_expire_due()
    clock.forward(hours=24)
    tickets_expire_due()

    *expired, review = Ticket.objects.filter(kind="incident").order_by("number")

    assert [each.state for each in expired] == ["EXPIRED", "EXPIRED"]
    assert review.title == f"Overdue: {expired[0].title}"
    overdue, first = review.snapshot["findings"]
    assert overdue["reason"] == (
        f"Overdue: nobody reviewed it by 2026-03-03 12:00:00 UTC. Ticket #{expired[1].number}"
        " expired unanswered; it is asked until somebody does."
    )
    assert first["reason"].startswith("Adam and Anna approved ticket")
    with pytest.raises(ForbiddenError):
        approve(review, anna, reason_code="emergency_justified")
    answered = approve(review, crew.rita, reason_code="emergency_justified").ticket
    assert answered.resolution == "acknowledged"
    clock.forward(hours=25)
    tickets_expire_due()
    assert Ticket.objects.filter(kind="incident").count() == 3


def test_an_overdue_review_is_first_in_the_queue(
    called: Ticket, fleet: Fleet, crew: Crew, anna: User, clock: Clock
) -> None:
    call_emergency(called, anna)
    clock.forward(hours=24)
    tickets_expire_due()
    task_asked(fleet, crew.lena, external_id="soon")
    task_asked(fleet, crew.lena, external_id="critical", approvals=2)

    judged = tickets_judged(user=crew.rita, fleet_ids=[fleet.pk], now=clock.now)
    page = waiting_page(judged, user=crew.rita, wanted=QueueFilter(), now=clock.now, most=9)

    titles = [row.ticket.title for row in page.rows]
    assert len(titles) == 3
    assert titles[0].startswith("Overdue: ")


def test_an_admin_who_calls_twice_stays_one(called: Ticket, crew: Crew) -> None:
    again = call_emergency(called, crew.adam)

    assert again.repeated
    assert again.ticket.state == "PENDING"


def test_a_call_lapses_and_is_made_anew(
    called: Ticket, crew: Crew, anna: User, clock: Clock
) -> None:
    clock.forward(minutes=10)

    late = call_emergency(called, anna).ticket
    anew = call_emergency(late, crew.adam).ticket

    assert late.state == "PENDING"
    assert anew.emergency
    assert Vote.objects.filter(withdrawn_at=None).count() == 2


def test_whose_call_has_lapsed_is_none_of_those_who_approved_it(
    called: Ticket, fleet: Fleet, anna: User, clock: Clock
) -> None:
    cy = MembershipFactory(user__username="cy", fleet=fleet, role=Role.ADMIN.value).user
    clock.forward(minutes=10)

    approved = call_emergency(call_emergency(called, anna).ticket, cy).ticket

    standing = Vote.objects.filter(ticket=approved, withdrawn_at=None)
    assert approved.emergency
    assert set(standing.values_list("user__username", flat=True)) == {"anna", "cy"}


def test_a_denial_beats_it_and_its_grant(called: Ticket, crew: Crew, anna: User) -> None:
    approved = call_emergency(called, anna).ticket

    denied = deny(approved, crew.rita).ticket

    assert (denied.resolution, Grant.objects.get().state) == ("denied", "REVOKED")


@pytest.mark.parametrize("name", ["rita", "mona", "lena"])
def test_only_admins_call_one(ticket: Ticket, crew: Crew, name: str) -> None:
    with pytest.raises(ForbiddenError):
        call_emergency(ticket, getattr(crew, name))

    assert not Vote.objects.exists()


@pytest.mark.parametrize("barred", ["owner", "requester"])
def test_duties_stay_apart(fleet: Fleet, crew: Crew, barred: str) -> None:
    owner = crew.adam if barred == "owner" else crew.lena
    asked_by = "adam" if barred == "requester" else "shop till"
    ticket = task_asked(fleet, owner, requested_by=asked_by)

    with pytest.raises(ForbiddenError) as refused:
        call_emergency(ticket, crew.adam)

    assert refused.value.code == {"owner": "owns_agent", "requester": "requested_it"}[barred]


def test_a_freeze_since_the_call_stops_it(called: Ticket, anna: User, fleet: Fleet) -> None:
    assert called.agent is not None
    agent_freeze(fleet=fleet, agent_external_id=called.agent.external_id, actor="rita")

    with pytest.raises(ConflictError) as refused:
        call_emergency(called, anna)

    assert refused.value.code == "agent_frozen"
    assert not Grant.objects.exists()


def test_it_expires_like_any_other(called: Ticket, anna: User, clock: Clock) -> None:
    clock.now = called.decide_by

    with pytest.raises(ConflictError) as refused:
        call_emergency(called, anna)

    assert refused.value.code == "ticket_expired"


def test_it_is_bound_to_what_was_read(called: Ticket, anna: User) -> None:
    with pytest.raises(ConflictError) as refused:
        call_emergency(called, anna, expected_version=1)

    assert refused.value.code == "stale_version"


@pytest.mark.parametrize("reason", ["It is urgent.", "It is" + " " * 40 + "urgent."])
def test_it_takes_a_reason_that_says_something(ticket: Ticket, crew: Crew, reason: str) -> None:
    with pytest.raises(InvalidFieldError, match="at least 30 characters") as refused:
        call_emergency(ticket, crew.adam, reason_text=reason)

    assert refused.value.field == "reason_text"


def test_it_takes_the_password(ticket: Ticket, crew: Crew) -> None:
    with pytest.raises(UnauthenticatedError) as refused:
        call_emergency(ticket, crew.adam, reauthenticated_at=None)

    assert refused.value.code == "reauthentication_required"
