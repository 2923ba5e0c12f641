"""One task from question to start, moved at random through the real services and database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from escalations.models import Ticket, Vote
from escalations.services.claims import claims_end_due, ticket_claim, ticket_claim_release
from escalations.services.expiry import tickets_expire_due
from escalations.services.undoing import ticket_undo
from governance.models import Event, Fleet, Grant, Membership, Task
from governance.refusals import RefusalError
from governance.services.breakers import agent_freeze
from governance.services.cancelling import task_cancel
from governance.services.lapsing import unstarted_sweep
from tests.clock import NOON, Clock
from tests.escalations.answering import approve, deny
from tests.escalations.people import crew_of
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

people = st.sampled_from(["rita", "ravi", "mona", "adam", "lena", "otto"])
ENDED = {"EXPIRED", "CANCELLED"}


class Escalation(RuleBasedStateMachine):
    """A low-trust agent's refund: two approvals, one of them by a manager."""

    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = NOON
        self.before = transaction.savepoint()
        self.fleet: Fleet = FleetFactory()
        self.crew = crew_of(self.fleet)
        self.shop = Orchestrator(self.fleet, self.crew)
        self.task: Task = self.shop.ask("refund").task
        self.version = 0
        self.ended = ""

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(task=self.task)

    def person(self, name: str) -> User:
        user: User = getattr(self.crew, name)
        return user

    @staticmethod
    def try_(move: Callable[[], object]) -> None:
        """Make a move that may be refused; anything but a refusal is a defect."""
        try:
            with transaction.atomic():
                move()
        except RefusalError:
            pass

    @rule(name=people)
    def approve(self, name: str) -> None:
        self.try_(lambda: approve(self.ticket, self.person(name)))

    @rule()
    def approve_as_needed(self) -> None:
        self.try_(lambda: approve(self.ticket, self.crew.rita))
        self.try_(lambda: approve(self.ticket, self.crew.mona))

    @rule()
    def start_when_usable(self) -> None:
        self.clock.forward(seconds=10)
        self.try_(lambda: self.shop.start(self.task))

    @rule(name=people)
    def deny(self, name: str) -> None:
        self.try_(lambda: deny(self.ticket, self.person(name)))

    @rule(name=people)
    def undo(self, name: str) -> None:
        ticket = self.ticket
        self.try_(
            lambda: ticket_undo(
                ticket_id=ticket.pk, user=self.person(name), expected_version=ticket.version
            )
        )

    @rule(name=people, take_over=st.booleans())
    def claim(self, name: str, take_over: bool) -> None:
        ticket = self.ticket
        self.try_(
            lambda: ticket_claim(
                ticket_id=ticket.pk,
                user=self.person(name),
                expected_version=ticket.version,
                take_over=take_over,
            )
        )

    @rule(name=people)
    def let_go(self, name: str) -> None:
        self.try_(lambda: ticket_claim_release(ticket_id=self.ticket.pk, user=self.person(name)))

    @rule()
    def start(self) -> None:
        self.try_(lambda: self.shop.start(self.task))

    @rule()
    def withdraw(self) -> None:
        self.try_(
            lambda: task_cancel(key=self.shop.key, task_id=self.task.pk, reason="Never mind.")
        )

    @rule()
    def freeze(self) -> None:
        agent_freeze(fleet=self.fleet, agent_external_id="shop-bot", actor="rita")

    @rule(seconds=st.sampled_from([1, 9, 10, 91, 600, 1200]))
    def wait(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        tickets_expire_due()
        claims_end_due()
        unstarted_sweep()

    @invariant()
    def one_grant_lives_at_most(self) -> None:
        live = Grant.objects.filter(task=self.task, state__in=["ISSUED", "CONSUMED"])
        assert live.count() <= 1

    @invariant()
    def nothing_runs_without_two_people_and_a_manager(self) -> None:
        self.task.refresh_from_db()
        if self.task.state not in {"READY", "RUNNING"}:
            return
        approvals = Vote.objects.filter(
            ticket__task=self.task, withdrawn_at=None, choice="approve"
        ).values_list("user__username", flat=True)
        assert self.ticket.resolution == "approved"
        assert len(set(approvals)) == 2
        assert {"mona", "adam"} & set(approvals)
        assert not {"lena", "otto"} & set(approvals)

    @invariant()
    def what_ended_without_an_answer_stays_so(self) -> None:
        state = self.ticket.state
        assert self.ended in {"", state}
        self.ended = state if state in ENDED else ""

    @invariant()
    def an_expired_task_was_denied_by_nobody(self) -> None:
        self.task.refresh_from_db()
        if self.ticket.state == "EXPIRED":
            assert self.task.state == "EXPIRED"
            assert self.task.resolution is not None
            assert self.task.resolution["by"] == ""

    @invariant()
    def versions_only_grow(self) -> None:
        version = self.ticket.version
        assert version >= self.version
        self.version = version

    @invariant()
    def events_are_numbered_without_gaps(self) -> None:
        found = list(Event.objects.filter(fleet=self.fleet).order_by("seq"))
        assert [event.seq for event in found] == list(range(1, len(found) + 1))

    @invariant()
    def each_member_has_one_standing_vote(self) -> None:
        votes = Vote.objects.filter(ticket__task=self.task, withdrawn_at=None)
        voters = list(votes.values_list("user_id", flat=True))
        assert len(voters) == len(set(voters))
        assert set(voters) <= set(Membership.objects.values_list("user_id", flat=True))


@pytest.mark.django_db
def test_no_order_of_moves_breaks_an_escalation(clock: Clock) -> None:
    Escalation.clock = clock
    run_state_machine_as_test(
        Escalation,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
