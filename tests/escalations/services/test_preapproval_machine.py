"""Rules of one agent, made, accepted, revoked and met by requests in whichever order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

from escalations.models import PreApproval, Ticket
from escalations.services.preapprovals import (
    preapproval_accept,
    preapproval_decline,
    preapproval_revoke,
)
from governance.models import Fleet
from governance.refusals import RefusalError
from governance.services.breakers import agent_freeze
from governance.services.cancelling import task_cancel
from tests.clock import NOON, Clock
from tests.escalations.answering import approve, deny
from tests.escalations.invariants import broken
from tests.escalations.people import crew_of
from tests.escalations.preapproving import NOTE, rule_made
from tests.escalations.rows import rows_read
from tests.factories import FleetFactory
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

people = st.sampled_from(["rita", "ravi", "mona", "adam", "lena", "otto"])
numbers = st.integers(1, 3)


class Rules(RuleBasedStateMachine):
    """A new agent's notes are Medium, its refunds High, its reads Low: who approves what?"""

    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = NOON
        self.before = transaction.savepoint()
        self.fleet: Fleet = FleetFactory()
        self.crew = crew_of(self.fleet)
        self.shop = Orchestrator(self.fleet, self.crew)
        self.shop.tool_new("note", NOTE)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.before)

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

    @rule(
        name=people,
        order=st.sampled_from([{"is": 4711}, {"any_of": [1, 4711]}, {"min": 1, "max": 5000}]),
        uses_most=st.sampled_from([None, 1, 3]),
        hours=st.sampled_from([0.5, 8]),
    )
    def make(self, name: str, order: dict[str, Any], uses_most: int | None, hours: float) -> None:
        self.try_(
            lambda: rule_made(
                self.fleet,
                self.person(name),
                arguments={"order": order},
                uses_most=uses_most,
                hours=hours,
            )
        )

    @rule(name=people)
    def make_for_refunds(self, name: str) -> None:
        self.try_(
            lambda: rule_made(self.fleet, self.person(name), tool="refund", operation="shop.refund")
        )

    @rule(name=people, number=numbers)
    def accept(self, name: str, number: int) -> None:
        self.try_(
            lambda: preapproval_accept(fleet=self.fleet, number=number, user=self.person(name))
        )

    @rule(name=people, number=numbers)
    def decline(self, name: str, number: int) -> None:
        self.try_(
            lambda: preapproval_decline(
                fleet=self.fleet, number=number, user=self.person(name), reason="No."
            )
        )

    @rule(name=people, number=numbers)
    def revoke(self, name: str, number: int) -> None:
        self.try_(
            lambda: preapproval_revoke(
                fleet=self.fleet, number=number, user=self.person(name), reason="Stop."
            )
        )

    @rule(
        order=st.sampled_from([1, 4711, 5001, "4711"]),
        tool=st.sampled_from(["note", "note", "refund", "read"]),
        asker=st.sampled_from(["job:nightly", "person:mona"]),
    )
    def ask(self, order: object, tool: str, asker: str) -> None:
        self.try_(lambda: self.shop.ask(tool, arguments={"order": order}, requested_by=asker))

    @rule()
    def start_and_give_up_the_latest(self) -> None:
        ticket = Ticket.objects.order_by("-number").first()
        if ticket is not None and ticket.task is not None:
            task = ticket.task
            self.try_(lambda: self.shop.start(task))
            self.try_(lambda: task_cancel(key=self.shop.key, task_id=task.pk, reason="Done."))

    @rule(name=people, agrees=st.booleans())
    def answer_the_latest(self, name: str, agrees: bool) -> None:
        ticket = Ticket.objects.order_by("-number").first()
        if ticket is not None:
            answer = approve if agrees else deny
            self.try_(lambda: answer(ticket, self.person(name)))

    @rule()
    def freeze(self) -> None:
        agent_freeze(fleet=self.fleet, agent_external_id="shop-bot", actor="rita")

    @rule(seconds=st.sampled_from([1, 600, 1800, 28_800]))
    def wait(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)

    @invariant()
    def every_invariant_holds(self) -> None:
        assert broken(rows_read(self.fleet)) == []

    @invariant()
    def the_owner_and_outsiders_stand_behind_no_rule(self) -> None:
        behind = PreApproval.objects.values_list("proposed_by__username", "accepted_by__username")
        assert not {name for names in behind for name in names} & {"lena", "otto"}
        accepted = PreApproval.objects.exclude(accepted_by=None)
        assert set(accepted.values_list("accepted_by__username", flat=True)) <= {"mona", "adam"}

    @invariant()
    def nobody_approves_their_own_request_by_a_rule(self) -> None:
        own = Ticket.objects.filter(requested_by="person:mona").exclude(preapproval=None)
        assert not own.filter(preapproval__accepted_by=self.crew.mona).exists()


@pytest.mark.django_db
def test_no_order_of_moves_lets_a_rule_approve_what_it_must_not(clock: Clock) -> None:
    Rules.clock = clock
    run_state_machine_as_test(
        Rules,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
