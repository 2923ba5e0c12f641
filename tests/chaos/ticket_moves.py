"""What people, agents and clocks do to a handful of shared tickets, each at random."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.models import Ticket
from escalations.services.auditor import escalations_audit
from escalations.services.calling import ticket_escalate
from escalations.services.claims import (
    claims_end_due,
    ticket_claim,
    ticket_claim_release,
    ticket_claim_renew,
)
from escalations.services.editing import ticket_edit
from escalations.services.expiry import tickets_expire_due
from escalations.services.handing import ticket_reassign
from escalations.services.holding import ticket_hold
from escalations.services.questions import ticket_answer, ticket_ask
from escalations.services.reopening import ticket_reopen
from escalations.services.snoozing import ticket_snooze, ticket_wake
from escalations.services.undoing import ticket_undo
from escalations.services.waking import snoozes_end_due
from governance.models import Grant, Task
from governance.selectors.clock import clock_now
from governance.services.breakers import agent_freeze
from governance.services.cancelling import task_cancel
from governance.services.delivery import answer_tell
from governance.services.lapsing import unstarted_sweep
from tests.escalations.answering import approve, deny, respond

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import User

    from tests.governance.services.orchestrator import Orchestrator

# How often each person is the one who moves: whoever may not is there to be refused.
PEOPLE = {"rita": 4, "ravi": 4, "mona": 4, "adam": 2, "lena": 1, "otto": 1}
TICKETS = 12
# How often each move is tried, beside the others.
WEIGHTS = {
    "approve": 40,
    "approve_as_read_before": 4,
    "deny": 3,
    "respond": 1,
    "undo": 6,
    "reopen": 6,
    "tell": 1,
    "claim": 5,
    "take_over": 4,
    "renew": 3,
    "let_go": 6,
    "hand_over": 3,
    "snooze": 3,
    "wake": 2,
    "ask": 3,
    "answer": 3,
    "edit": 3,
    "escalate": 3,
    "start": 14,
    "cancel": 1,
    "freeze": 1,
    "undo_window_passes": 6,
    "lease_ends": 3,
    "holder_falls_silent": 2,
    "deadline_passes": 1,
    "sweep": 2,
}


class Board:
    """The tickets that everybody reaches for; whoever finds one over puts a new one in its place."""

    def __init__(self, shop: Orchestrator) -> None:
        self._shop, self._lock, self._asked = shop, threading.Lock(), 0
        self.open: list[UUID] = [self._ask() for _ in range(TICKETS)]

    def replace(self, ended: UUID) -> None:
        """Let another agent ask, where this ticket is still on the board."""
        with self._lock:
            if ended in self.open:
                self.open[self.open.index(ended)] = self._ask()

    def _ask(self) -> UUID:
        # Each agent has few tasks at a time; a newcomer of low trust needs two people and a manager.
        self._asked += 1
        name = f"bot-{self._asked}"
        self._shop.agent_new(name)
        task = self._shop.ask("refund", agent=name, arguments={"order": self._asked}).task
        return Ticket.objects.get(task=task).pk


class Mover:
    """One connection: it picks a ticket, a person and a move, and makes it."""

    def __init__(self, board: Board, shop: Orchestrator, *, seed: int) -> None:
        self.board, self.shop, self.dice = board, shop, random.Random(seed)
        self._read: dict[UUID, Ticket] = {}

    def move(self) -> tuple[str, Callable[[], object]]:
        """Return the name of the next move, and the move."""
        ticket = Ticket.objects.get(pk=self.dice.choice(self.board.open))
        self._read.setdefault(ticket.pk, ticket)
        if self._is_over(ticket):
            return "replace", lambda: self.board.replace(ticket.pk)
        (name,) = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        make = getattr(self, name)
        return name, lambda: make(ticket, self._person())

    def approve(self, ticket: Ticket, person: User) -> object:
        return approve(ticket, person)

    def approve_as_read_before(self, ticket: Ticket, person: User) -> object:
        return approve(self._read[ticket.pk], person)

    def deny(self, ticket: Ticket, person: User) -> object:
        return deny(ticket, person)

    def respond(self, ticket: Ticket, person: User) -> object:
        return respond(ticket, person)

    def undo(self, ticket: Ticket, person: User) -> object:
        return ticket_undo(ticket_id=ticket.pk, user=person, expected_version=ticket.version)

    def reopen(self, ticket: Ticket, person: User) -> object:
        return ticket_reopen(ticket_id=ticket.pk, user=person, expected_version=ticket.version)

    def tell(self, ticket: Ticket, _: User) -> object:
        return answer_tell(task=_task_of(ticket), actor=self.shop.key.actor)

    def claim(self, ticket: Ticket, person: User, *, take_over: bool = False) -> object:
        return ticket_claim(
            ticket_id=ticket.pk, user=person, expected_version=ticket.version, take_over=take_over
        )

    def take_over(self, ticket: Ticket, person: User) -> object:
        return self.claim(ticket, person, take_over=True)

    def renew(self, ticket: Ticket, person: User) -> object:
        return ticket_claim_renew(ticket_id=ticket.pk, user=ticket.claimed_by or person)

    def let_go(self, ticket: Ticket, person: User) -> object:
        return ticket_claim_release(ticket_id=ticket.pk, user=ticket.claimed_by or person)

    def hand_over(self, ticket: Ticket, person: User) -> object:
        return ticket_reassign(
            ticket_id=ticket.pk,
            user=ticket.claimed_by or person,
            to=self._person().get_username(),
            note="Yours, I think.",
            expected_version=ticket.version,
        )

    def snooze(self, ticket: Ticket, person: User) -> object:
        return ticket_snooze(
            ticket_id=ticket.pk,
            user=ticket.claimed_by or person,
            until=clock_now() + timedelta(minutes=5),
            expected_version=ticket.version,
        )

    def wake(self, ticket: Ticket, person: User) -> object:
        return ticket_wake(ticket_id=ticket.pk, user=person)

    def ask(self, ticket: Ticket, person: User) -> object:
        return ticket_ask(
            ticket_id=ticket.pk,
            user=ticket.claimed_by or person,
            text="Which order is it?",
            expected_version=ticket.version,
        )

    def answer(self, ticket: Ticket, person: User) -> object:
        asked = ticket.notes.filter(kind="question").order_by("-created_at").first()
        known = asked.pk if asked else ticket.pk
        return ticket_answer(
            ticket_id=ticket.pk, user=person, question_id=known, text="It is order 4711."
        )

    def edit(self, ticket: Ticket, person: User) -> object:
        return ticket_edit(
            ticket_id=ticket.pk,
            user=ticket.claimed_by or person,
            arguments=self.dice.choice(['{"order": 12}', None]),
            expected_version=ticket.version,
        )

    def escalate(self, ticket: Ticket, person: User) -> object:
        return ticket_escalate(
            ticket_id=ticket.pk,
            user=person,
            level=ticket.escalation_level + 1,
            reason="Somebody else should look at this.",
        )

    def start(self, ticket: Ticket, _: User) -> object:
        return self.shop.start(_task_of(ticket))

    def cancel(self, ticket: Ticket, _: User) -> object:
        task = _task_of(ticket)
        return task_cancel(key=self.shop.key, task_id=task.pk, reason="Never mind.")

    def freeze(self, ticket: Ticket, _: User) -> object:
        agent = _task_of(ticket).agent.external_id
        return agent_freeze(fleet=self.shop.fleet, agent_external_id=agent, actor="rita")

    def undo_window_passes(self, ticket: Ticket, _: User) -> object:
        with _held(ticket) as now:
            Grant.objects.filter(authority=ticket.pk, usable_from__gt=now).update(usable_from=now)
            return Ticket.objects.filter(pk=ticket.pk, usable_from__gt=now).update(usable_from=now)

    def lease_ends(self, ticket: Ticket, _: User) -> object:
        with _held(ticket) as now:
            claimed = Ticket.objects.filter(pk=ticket.pk, lease_until__isnull=False)
            return claimed.update(lease_until=now)

    def holder_falls_silent(self, ticket: Ticket, _: User) -> object:
        with _held(ticket) as now:
            claimed = Ticket.objects.filter(pk=ticket.pk, claim_seen_at__isnull=False)
            return claimed.update(claim_seen_at=now - timedelta(minutes=2))

    def deadline_passes(self, ticket: Ticket, _: User) -> object:
        with _held(ticket) as now:
            Task.objects.filter(pk=_task_of(ticket).pk, state="PENDING").update(answer_by=now)
            return Ticket.objects.filter(pk=ticket.pk, state="PENDING").update(decide_by=now)

    def sweep(self, _ticket: Ticket, _person: User) -> object:
        due = [tickets_expire_due(), claims_end_due(), snoozes_end_due()]
        return [*due, unstarted_sweep(), escalations_audit()]

    def _person(self) -> User:
        (name,) = self.dice.choices(list(PEOPLE), list(PEOPLE.values()))
        person: User = getattr(self.shop.crew, name)
        return person

    def _is_over(self, ticket: Ticket) -> bool:
        """Return whether all that is left to the ticket is refusals, and somebody has had enough."""
        if ticket.state == "PENDING":
            return False
        waits = Grant.objects.filter(authority=ticket.pk, state="ISSUED").exists()
        # Now and then they try it on what is over.
        return not waits and self.dice.random() < 0.6


@contextmanager
def _held(ticket: Ticket) -> Iterator[datetime]:
    """Hold a ticket and its task, in the lock order, and yield the time it is once they are held.

    A time read before the wait for the locks would lie before what others did meanwhile.
    """
    with transaction.atomic():
        ticket_hold(ticket_id=ticket.pk)
        yield clock_now()


def _task_of(ticket: Ticket) -> Task:
    """Return the task as it is now."""
    return Task.objects.select_related("agent").get(pk=str(ticket.task_id))
