from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.models import Vote
from governance.domain.types import BlastLevel
from governance.models import Event, Grant, Membership
from governance.refusals import ConflictError, ForbiddenError, UnauthenticatedError
from tests.escalations.answering import approve, deny
from tests.escalations.asking import attempt_denied, task_asked
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent, Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def agent(fleet: Fleet, crew: Crew) -> Agent:
    made: Agent = AgentFactory(fleet=fleet, owner=crew.lena)
    return made


def test_the_first_of_two_approvals_leaves_the_task_waiting(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)

    after = approve(ticket, crew.rita).ticket

    assert (after.state, after.version) == ("PENDING", 2)
    assert not Grant.objects.exists()


def test_two_different_people_approve(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)

    after_rita = approve(ticket, crew.rita).ticket
    after_ravi = approve(after_rita, crew.ravi).ticket

    assert (after_ravi.resolution, after_ravi.resolved_by) == ("approved", "ravi")
    assert Grant.objects.count() == 1


def test_one_person_never_counts_twice(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)
    after = approve(ticket, crew.rita).ticket

    again = approve(after, crew.rita)

    assert again.repeated
    assert again.ticket.state == "PENDING"


def test_one_denial_is_enough_whoever_approved(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)
    after = approve(ticket, crew.rita).ticket

    denied = deny(after, crew.ravi).ticket

    assert denied.resolution == "denied"


def test_who_approved_may_still_deny_and_then_has_one_vote(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)
    after = approve(ticket, crew.rita).ticket

    deny(after, crew.rita)

    standing = Vote.objects.filter(withdrawn_at=None)
    assert [vote.choice for vote in standing] == ["deny"]
    assert Vote.objects.count() == 2


def test_the_last_approval_is_left_to_a_manager(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2, needs_manager=True)
    after = approve(ticket, crew.rita).ticket

    with pytest.raises(ForbiddenError) as refused:
        approve(after, crew.ravi)
    approved = approve(after, crew.mona).ticket

    assert refused.value.code == "manager_missing"
    assert approved.resolution == "approved"


def test_a_voter_who_left_the_fleet_no_longer_counts(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)
    after_rita = approve(ticket, crew.rita).ticket
    Membership.objects.filter(user=crew.rita).delete()

    after_ravi = approve(after_rita, crew.ravi).ticket
    after_mona = approve(after_ravi, crew.mona).ticket

    assert after_ravi.state == "PENDING"
    assert after_mona.resolution == "approved"


def test_a_voter_who_became_the_owner_no_longer_counts(
    fleet: Fleet, crew: Crew, agent: Agent
) -> None:
    ticket = task_asked(fleet, crew.lena, agent=agent, approvals=2)
    after_rita = approve(ticket, crew.rita).ticket
    agent.owner = crew.rita
    agent.save()

    after_ravi = approve(after_rita, crew.ravi).ticket

    assert after_ravi.state == "PENDING"


def test_a_manager_who_was_demoted_counts_as_what_they_are(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2, needs_manager=True)
    after_mona = approve(ticket, crew.mona).ticket
    Membership.objects.filter(user=crew.mona).update(role="reviewer")

    with pytest.raises(ForbiddenError) as refused:
        approve(after_mona, crew.rita)

    assert refused.value.code == "manager_missing"


def test_each_vote_says_how_many_count_by_now(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)

    after = approve(ticket, crew.rita).ticket
    approve(after, crew.ravi)

    votes = Event.objects.filter(name="ticket.vote_recorded").order_by("seq")
    assert [vote.payload["approvals"] for vote in votes] == [1, 2]


@pytest.mark.parametrize("given_ago", [None, timedelta(minutes=5, seconds=1)])
def test_approving_what_is_critical_takes_the_password_again(
    fleet: Fleet, crew: Crew, clock: Clock, given_ago: timedelta | None
) -> None:
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)
    given_at: datetime | None = None if given_ago is None else clock.now - given_ago

    with pytest.raises(UnauthenticatedError) as refused:
        approve(ticket, crew.rita, reauthenticated_at=given_at)

    assert refused.value.code == "reauthentication_required"


def test_a_password_of_five_minutes_ago_will_do(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    approved = approve(ticket, crew.rita, reauthenticated_at=clock.now - timedelta(minutes=5))

    assert approved.ticket.resolution == "approved"


def test_denying_what_is_critical_takes_no_password(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, level=BlastLevel.CRITICAL)

    denied = deny(ticket, crew.rita)

    assert denied.ticket.resolution == "denied"


def test_a_critical_incident_is_acknowledged_without_a_password(fleet: Fleet, crew: Crew) -> None:
    ticket = attempt_denied(fleet, crew.lena)

    answered = approve(ticket, crew.rita, reason_code="owner_told")

    assert answered.ticket.resolution == "acknowledged"


def test_a_quorum_met_by_others_leaves_nothing_to_approve(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)
    approved = approve(ticket, crew.rita).ticket

    with pytest.raises(ConflictError) as refused:
        approve(approved, crew.ravi)

    assert refused.value.code == "already_decided"
