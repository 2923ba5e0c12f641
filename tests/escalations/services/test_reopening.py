from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket, Vote
from escalations.services.reopening import ticket_reopen
from governance.domain.types import Scope
from governance.models import Event, Grant, Task
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    GoneError,
    MissingError,
    RefusalError,
    VersionMissingError,
)
from governance.services.cancelling import task_cancel
from governance.services.delivery import answer_tell
from tests.escalations.answering import approve, deny
from tests.escalations.asking import task_asked
from tests.governance.api.http import key_api
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def denied(fleet: Fleet, crew: Crew) -> Ticket:
    """A ticket that rita has just denied; nobody has told the agent."""
    return deny(task_asked(fleet, crew.lena), crew.rita).ticket


def reopen(ticket: Ticket, user: User) -> Ticket:
    return ticket_reopen(ticket_id=ticket.pk, user=user, expected_version=ticket.version)


def refused_code(ticket: Ticket, user: User) -> str:
    with pytest.raises(RefusalError) as refused:
        reopen(ticket, user)
    return refused.value.code


def task_of(ticket: Ticket) -> Task:
    return Task.objects.get(pk=str(ticket.task_id))


def test_a_reopened_ticket_and_its_task_wait_as_before(denied: Ticket, crew: Crew) -> None:
    deadline = denied.decide_by

    reopened = reopen(denied, crew.rita)

    reopened.refresh_from_db()
    assert (reopened.state, reopened.resolution, reopened.version) == ("PENDING", "", 3)
    assert (reopened.resolved_by, reopened.reason_text) == ("", "")
    assert reopened.decide_by == deadline
    assert (task_of(denied).state, task_of(denied).resolution) == ("PENDING", None)


def test_the_denial_is_withdrawn_and_who_denied_may_approve(denied: Ticket, crew: Crew) -> None:
    reopened = reopen(denied, crew.rita)

    approved = approve(reopened, crew.rita).ticket

    assert approved.resolution == "approved"
    assert Grant.objects.get(task=denied.task).state == "ISSUED"
    assert list(Vote.objects.filter(withdrawn_at=None).values_list("choice")) == [("approve",)]


def test_an_approval_given_before_the_denial_stands(fleet: Fleet, crew: Crew) -> None:
    one = approve(task_asked(fleet, crew.lena, approvals=2), crew.ravi).ticket
    reopened = reopen(deny(one, crew.rita).ticket, crew.rita)

    approved = approve(reopened, crew.mona).ticket

    assert approved.resolution == "approved"


def test_approvals_that_a_denial_turned_round_do_not_approve_again(
    fleet: Fleet, crew: Crew
) -> None:
    approved = approve(task_asked(fleet, crew.lena), crew.rita).ticket

    reopened = reopen(deny(approved, crew.mona).ticket, crew.mona)

    assert not Vote.objects.filter(withdrawn_at=None).exists()
    assert approve(reopened, crew.rita).ticket.resolution == "approved"
    assert sorted(Grant.objects.values_list("state", flat=True)) == ["ISSUED", "REVOKED"]


def test_reopening_is_told_to_everybody(denied: Ticket, crew: Crew) -> None:
    before = Event.objects.count()

    reopen(denied, crew.mona)

    told = list(Event.objects.order_by("seq"))[before:]
    assert [event.name for event in told] == ["ticket.reopened", "task.resolved"]
    assert told[0].payload["by"] == "mona"
    assert told[0].payload["votes_withdrawn"] == 1


@pytest.mark.parametrize("name", ["mona", "adam"])
def test_a_manager_reopens_what_somebody_else_denied(denied: Ticket, crew: Crew, name: str) -> None:
    assert reopen(denied, getattr(crew, name)).state == "PENDING"


def test_another_reviewer_does_not(denied: Ticket, crew: Crew) -> None:
    assert refused_code(denied, crew.ravi) == "role_too_low"


def test_the_owner_of_the_agent_does_not(fleet: Fleet, crew: Crew) -> None:
    ticket = deny(task_asked(fleet, crew.mona), crew.rita).ticket

    with pytest.raises(ForbiddenError) as refused:
        reopen(ticket, crew.mona)

    assert refused.value.code == "owns_agent"


def test_otto_the_outsider_does_not_find_the_ticket(denied: Ticket, crew: Crew) -> None:
    with pytest.raises(MissingError):
        reopen(denied, crew.otto)


def test_once_the_agent_knows_it_is_final(denied: Ticket, crew: Crew) -> None:
    answer_tell(task=task_of(denied), actor="key:orchestrator")

    with pytest.raises(ConflictError, match="the agent has the answer already") as refused:
        reopen(denied, crew.rita)

    assert refused.value.code == "answer_read"
    assert task_of(denied).state == "DENIED"


def test_a_denial_that_was_reopened_reads_as_waiting(denied: Ticket, crew: Crew) -> None:
    as_read_before = task_of(denied)
    reopen(denied, crew.rita)

    told = answer_tell(task=as_read_before, actor="key:orchestrator")

    assert told.state == "PENDING"
    assert told.answer_read_at is None


def test_the_first_telling_is_the_one_that_is_noted(
    denied: Ticket, crew: Crew, clock: Clock
) -> None:
    first = answer_tell(task=task_of(denied), actor="key:orchestrator")
    clock.forward(seconds=30)

    answer_tell(task=task_of(denied), actor="key:orchestrator")

    assert task_of(denied).answer_read_at == first.answer_read_at
    assert Event.objects.filter(name="task.answer_read").count() == 1


def test_five_minutes_after_the_denial_it_is_final(
    denied: Ticket, crew: Crew, clock: Clock
) -> None:
    clock.forward(minutes=5)

    assert refused_code(denied, crew.rita) == "reopen_over"


def test_past_its_time_to_decide_nothing_waits_again(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    ticket = task_asked(fleet, crew.lena)
    clock.now = ticket.decide_by
    clock.forward(seconds=-1)
    denied = deny(ticket, crew.rita).ticket
    clock.forward(seconds=1)

    assert refused_code(denied, crew.rita) == "ticket_expired"


def test_what_waits_or_is_approved_cannot_be_reopened(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    assert refused_code(ticket, crew.rita) == "not_denied"
    assert refused_code(approve(ticket, crew.rita).ticket, crew.rita) == "already_decided"


def test_a_withdrawn_ticket_cannot_be_reopened(denied: Ticket, crew: Crew) -> None:
    type(denied).objects.filter(pk=denied.pk).update(state="CANCELLED", resolution="")

    with pytest.raises(GoneError):
        reopen(denied, crew.rita)


def test_reopening_names_the_version_it_read(denied: Ticket, crew: Crew) -> None:
    with pytest.raises(VersionMissingError):
        ticket_reopen(ticket_id=denied.pk, user=crew.rita, expected_version=None)
    with pytest.raises(ConflictError) as refused:
        ticket_reopen(ticket_id=denied.pk, user=crew.rita, expected_version=1)

    assert refused.value.code == "stale_version"


class TestWhereAnswersLeave:
    """Every call of the agent that lets it learn of the denial makes it final."""

    @pytest.fixture
    def shop(self, fleet: Fleet, crew: Crew) -> Orchestrator:
        return Orchestrator(fleet, crew)

    @pytest.fixture
    def ticket(self, shop: Orchestrator, crew: Crew) -> Ticket:
        return deny(Ticket.objects.get(task=shop.ask("refund").task), crew.rita).ticket

    def test_a_start(self, shop: Orchestrator, ticket: Ticket, crew: Crew) -> None:
        with pytest.raises(ConflictError, match="The order is paid back"):
            shop.start(task_of(ticket))

        assert refused_code(ticket, crew.rita) == "answer_read"

    def test_a_withdrawal(self, shop: Orchestrator, ticket: Ticket, crew: Crew) -> None:
        with pytest.raises(ConflictError):
            task_cancel(key=shop.key, task_id=task_of(ticket).pk, reason="Never mind.")

        assert refused_code(ticket, crew.rita) == "answer_read"

    def test_the_same_question_again(self, shop: Orchestrator, ticket: Ticket, crew: Crew) -> None:
        shop.ask("refund", external_id=task_of(ticket).external_id)

        assert refused_code(ticket, crew.rita) == "answer_read"

    def test_a_heartbeat(self, shop: Orchestrator, ticket: Ticket, crew: Crew) -> None:
        with pytest.raises(ConflictError, match="is DENIED"):
            shop.beat(task_of(ticket))

        assert refused_code(ticket, crew.rita) == "answer_read"

    @pytest.mark.parametrize("result", ["success", "cancelled"])
    def test_a_report(self, shop: Orchestrator, ticket: Ticket, crew: Crew, result: str) -> None:
        with pytest.raises(ConflictError, match="is DENIED"):
            shop.report(task_of(ticket), result)

        assert refused_code(ticket, crew.rita) == "answer_read"

    def test_what_onlookers_read_does_not(self, fleet: Fleet, ticket: Ticket, crew: Crew) -> None:
        onlooker = key_api(fleet, [Scope.READ])

        assert onlooker.get(f"tickets/{ticket.pk}").json()["resolution"] == "denied"
        assert onlooker.get("events").status_code == 200

        assert reopen(ticket, crew.rita).state == "PENDING"
