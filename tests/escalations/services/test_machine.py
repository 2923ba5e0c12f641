"""One task from question to start, moved at random through the real services and database."""

from __future__ import annotations

from functools import partial
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

from escalations.models import Ticket
from escalations.services.claims import claims_end_due, ticket_claim, ticket_claim_release
from escalations.services.escalating import tickets_escalate_due
from escalations.services.expiry import tickets_expire_due
from escalations.services.reopening import ticket_reopen
from escalations.services.snoozing import ticket_wake
from escalations.services.undoing import ticket_undo
from escalations.services.waking import snoozes_end_due
from governance.models import Fleet, Task
from governance.refusals import RefusalError
from governance.services.breakers import agent_freeze
from governance.services.cancelling import task_cancel
from governance.services.delivery import answer_tell
from governance.services.lapsing import unstarted_sweep
from tests.clock import NOON, Clock
from tests.escalations.answering import approve, call_emergency, deny, respond
from tests.escalations.holders import (
    answer_as,
    asked,
    claim,
    edit,
    escalate,
    hand_over,
    snooze,
    snoozed,
)
from tests.escalations.holding_invariants import holding_broken
from tests.escalations.invariants import broken
from tests.escalations.people import crew_of, second_admin
from tests.escalations.rows import rows_read
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

people = st.sampled_from(["rita", "ravi", "mona", "adam", "lena", "otto"])
callers = st.sampled_from(["adam", "anna", "mona"])


class Escalation(RuleBasedStateMachine):
    """A low-trust agent's refund: two approvals, one of them by a manager."""

    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = NOON
        self.before = transaction.savepoint()
        self.fleet: Fleet = FleetFactory()
        self.crew = crew_of(self.fleet)
        self.anna = second_admin(self.fleet)
        self.shop = Orchestrator(self.fleet, self.crew)
        self.task: Task = self.shop.ask("refund").task
        self.version = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(task=self.task, kind="task")

    def person(self, name: str) -> User:
        user: User = self.anna if name == "anna" else getattr(self.crew, name)
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
    def respond(self, name: str) -> None:
        self.try_(lambda: respond(self.ticket, self.person(name)))

    @rule(name=callers)
    def call_emergency(self, name: str) -> None:
        self.try_(lambda: call_emergency(self.ticket, self.person(name)))

    @rule()
    def two_admins_call_an_emergency(self) -> None:
        self.try_(lambda: call_emergency(self.ticket, self.crew.adam))
        self.try_(lambda: call_emergency(self.ticket, self.anna))

    @rule(name=callers)
    def review(self, name: str) -> None:
        for ticket in Ticket.objects.filter(fleet=self.fleet, kind="incident"):
            self.try_(
                partial(approve, ticket, self.person(name), reason_code="emergency_justified")
            )

    @rule(name=people)
    def undo(self, name: str) -> None:
        ticket = self.ticket
        self.try_(
            lambda: ticket_undo(
                ticket_id=ticket.pk, user=self.person(name), expected_version=ticket.version
            )
        )

    @rule(name=people)
    def reopen(self, name: str) -> None:
        ticket = self.ticket
        self.try_(
            lambda: ticket_reopen(
                ticket_id=ticket.pk, user=self.person(name), expected_version=ticket.version
            )
        )

    @rule()
    def tell_the_agent(self) -> None:
        answer_tell(task=Task.objects.get(pk=self.task.pk), actor="key:shop")

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

    @rule(name=people, minutes=st.sampled_from([1, 60, 200]))
    def snooze(self, name: str, minutes: int) -> None:
        self.try_(lambda: snooze(self.ticket, self.person(name), minutes=minutes))

    @rule(name=people)
    def claim_and_snooze(self, name: str) -> None:
        self.try_(lambda: snoozed(self.ticket, self.person(name)))

    @rule(name=people)
    def wake(self, name: str) -> None:
        self.try_(lambda: ticket_wake(ticket_id=self.ticket.pk, user=self.person(name)))

    @rule(name=people)
    def ask(self, name: str) -> None:
        self.try_(lambda: asked(self.ticket, self.person(name)))

    @rule(name=people)
    def answer(self, name: str) -> None:
        question = self.ticket.notes.filter(kind="question").last()
        if question is not None:
            self.try_(lambda: answer_as(self.person(name), question))

    @rule(name=people, order=st.sampled_from([4711, 12, None]))
    def claim_and_edit(self, name: str, order: int | None) -> None:
        text = None if order is None else f'{{"order": {order}}}'
        self.try_(lambda: claim(self.ticket, self.person(name)))
        self.try_(lambda: edit(self.ticket, self.person(name), text))

    @rule(name=people, level=st.sampled_from([2, 3, 4]))
    def escalate(self, name: str, level: int) -> None:
        self.try_(lambda: escalate(self.ticket, self.person(name), level))

    @rule(name=people, to=people)
    def hand_over(self, name: str, to: str) -> None:
        self.try_(lambda: hand_over(self.ticket, self.person(name), to))

    @rule()
    def start(self) -> None:
        self.try_(lambda: self.shop.start(self.task))

    @rule()
    def withdraw(self) -> None:
        self.try_(
            lambda: task_cancel(key=self.shop.key, task_id=self.task.pk, reason="Never mind.")
        )

    @rule(order=st.integers(1, 3))
    def supersede(self, order: int) -> None:
        self.try_(
            lambda: self.shop.ask(
                "refund", arguments={"order": order}, supersedes=self.task.external_id
            )
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
        snoozes_end_due()
        tickets_escalate_due()
        unstarted_sweep()

    @invariant()
    def every_invariant_holds(self) -> None:
        rows = rows_read(self.fleet)
        assert [*broken(rows), *holding_broken(rows)] == []

    @invariant()
    def versions_only_grow(self) -> None:
        version = self.ticket.version
        assert version >= self.version
        self.version = version


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
