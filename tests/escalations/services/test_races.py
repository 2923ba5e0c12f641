"""Real connections, one per thread, let go at the same instant by a barrier."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from escalations.models import Ticket, Vote
from escalations.services.auditor import escalations_audit
from escalations.services.claims import ticket_claim
from escalations.services.expiry import tickets_expire_due
from escalations.services.holding import ticket_hold
from escalations.services.reopening import ticket_reopen
from governance.models import Event, Grant, Task
from governance.refusals import RefusalError
from governance.services.delivery import answer_tell
from tests.escalations.answering import approve, deny
from tests.escalations.asking import task_asked
from tests.governance.services.orchestrator import Orchestrator
from tests.racing import at_once, refusals_of
from tests.waiting import behind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = range(10)


@contextmanager
def being_decided(ticket: Ticket) -> Iterator[None]:
    """Let somebody else hold the ticket's lock until the block ends."""
    locked, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            ticket_hold(ticket_id=ticket.pk)
            locked.set()
            over.wait(timeout=10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(timeout=10)
    yield
    over.set()
    holder.join(timeout=10)


def test_two_people_who_decide_at_once_find_one_answer(fleet: Fleet, crew: Crew) -> None:
    def duel() -> tuple[str, bool, int]:
        ticket = task_asked(fleet, crew.lena)
        answers = at_once(lambda: approve(ticket, crew.rita), lambda: deny(ticket, crew.ravi))
        (refused,) = refusals_of(answers)
        ticket.refresh_from_db()
        told, found = refused.extra["current"], (ticket.resolved_by, ticket.resolution)
        return refused.code, (told["by"], told["resolution"]) == found, ticket.votes.count()

    assert [duel() for _ in ROUNDS] == [("already_decided", True, 1)] * len(ROUNDS)
    approved = Ticket.objects.filter(resolution="approved").values_list("pk", flat=True)
    assert set(Grant.objects.values_list("authority", flat=True)) == set(approved)


def test_a_denial_is_either_told_or_reopened(fleet: Fleet, crew: Crew) -> None:
    def duel() -> bool:
        denied = deny(task_asked(fleet, crew.lena), crew.rita).ticket
        before = Task.objects.get(pk=str(denied.task_id))
        reopened, told = at_once(
            lambda: ticket_reopen(ticket_id=denied.pk, user=crew.rita, expected_version=2),
            lambda: answer_tell(task=before, actor="key:orchestrator"),
        )
        after = Task.objects.get(pk=str(denied.task_id))
        if isinstance(reopened, RefusalError):
            return (reopened.code, told.state, after.state) == ("answer_read", "DENIED", "DENIED")
        return (told.state, after.state, after.answer_read_at) == ("PENDING", "PENDING", None)

    assert [duel() for _ in ROUNDS] == [True] * len(ROUNDS)


def test_two_approvals_at_once_give_one_grant(fleet: Fleet, crew: Crew) -> None:
    def duel() -> tuple[list[str], int]:
        ticket = task_asked(fleet, crew.lena)
        answers = at_once(lambda: approve(ticket, crew.rita), lambda: approve(ticket, crew.ravi))
        grants = Grant.objects.filter(authority=ticket.pk).count()
        return [refused.code for refused in refusals_of(answers)], grants

    assert [duel() for _ in ROUNDS] == [(["already_decided"], 1)] * len(ROUNDS)


def test_of_two_first_votes_at_once_the_second_reads_again(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena, approvals=2)

    answers = at_once(lambda: approve(ticket, crew.rita), lambda: approve(ticket, crew.ravi))

    assert [refused.code for refused in refusals_of(answers)] == ["stale_version"]
    assert Vote.objects.count() == 1


def test_one_person_who_clicks_twice_has_one_vote(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    answers = at_once(*[lambda: approve(ticket, crew.rita)] * 4)

    assert sorted(answer.repeated for answer in answers) == [False, True, True, True]
    assert Vote.objects.count() == 1
    assert Grant.objects.count() == 1


def test_a_late_denial_and_a_start_at_once_never_both_win(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    shop = Orchestrator(fleet, crew)

    def duel(agent: str) -> tuple[str, str, int]:
        shop.agent_new(agent)
        task = shop.ask("refund", agent=agent).task
        after_rita = approve(Ticket.objects.get(task=task), crew.rita).ticket
        approved = approve(after_rita, crew.mona).ticket
        clock.forward(seconds=10)
        answers = at_once(lambda: deny(approved, crew.ravi), lambda: shop.start(task))
        task.refresh_from_db()
        return task.state, Grant.objects.get(task=task).state, len(refusals_of(answers))

    outcomes = {duel(f"bot-{index}") for index in ROUNDS}

    assert outcomes <= {("DENIED", "REVOKED", 1), ("RUNNING", "CONSUMED", 1)}


def test_an_approval_and_the_sweeper_at_the_deadline_agree(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    def duel() -> tuple[str, list[str]]:
        ticket = task_asked(fleet, crew.lena)
        clock.forward(minutes=30)
        answers = at_once(
            lambda: approve(ticket, crew.rita), tickets_expire_due, tickets_expire_due
        )
        ticket.refresh_from_db()
        return ticket.state, [refused.code for refused in refusals_of(answers)]

    assert [duel() for _ in ROUNDS] == [("EXPIRED", ["ticket_expired"])] * len(ROUNDS)
    assert Event.objects.filter(name="ticket.expired").count() == len(ROUNDS)
    assert not Grant.objects.exists()


def test_two_who_claim_at_once_find_one_holder(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    answers = at_once(
        lambda: ticket_claim(ticket_id=ticket.pk, user=crew.rita, expected_version=1),
        lambda: ticket_claim(ticket_id=ticket.pk, user=crew.ravi, expected_version=1),
    )

    (refused,) = refusals_of(answers)
    ticket.refresh_from_db()
    assert ticket.claimed_by is not None
    assert (refused.code, refused.extra["holder"]) == (
        "ticket_claimed",
        ticket.claimed_by.username,
    )
    assert Event.objects.filter(name="ticket.claimed").count() == 1


def test_one_person_claiming_six_at_once_holds_five(fleet: Fleet, crew: Crew) -> None:
    tickets = [task_asked(fleet, crew.lena) for _ in range(6)]

    def claim(ticket: Ticket) -> Callable[[], object]:
        return lambda: ticket_claim(ticket_id=ticket.pk, user=crew.rita, expected_version=1)

    answers = at_once(*map(claim, tickets))

    assert [refused.code for refused in refusals_of(answers)] == ["claims_full"]
    assert Ticket.objects.filter(claimed_by=crew.rita).count() == 5


def test_sweeper_and_auditor_pass_over_what_somebody_is_deciding(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    held, free = task_asked(fleet, crew.lena), task_asked(fleet, crew.lena)
    clock.forward(hours=1)

    with being_decided(held):
        first = [tickets_expire_due(), escalations_audit()]

    free.refresh_from_db()
    assert (first, free.state) == ([1, 0], "EXPIRED")
    assert tickets_expire_due() == 1


def test_who_waited_for_a_ticket_is_told_who_claimed_it_meanwhile(fleet: Fleet, crew: Crew) -> None:
    ticket = task_asked(fleet, crew.lena)

    refused = behind(
        lambda: ticket_claim(ticket_id=ticket.pk, user=crew.rita, expected_version=1),
        lambda: approve(ticket, crew.ravi),
    )

    assert refused.answer.code == "ticket_claimed"
    assert refused.answer.extra["holder"] == crew.rita.get_username()
