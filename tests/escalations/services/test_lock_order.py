"""The lock order, read off the statements: agent, task, ring, ticket, grant, fleet last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.domain.notifying import ChannelKind
from escalations.models import Ticket
from escalations.services.channel_proof import channel_test
from escalations.services.channels import channel_end
from escalations.services.claims import claims_end_due, ticket_claim
from escalations.services.expiry import tickets_expire_due
from escalations.services.snoozing import ticket_wake
from escalations.services.undoing import ticket_undo
from escalations.services.waking import snoozes_end_due
from governance.models import CollusionRing
from governance.services.cancelling import task_cancel
from governance.services.ring_verdicts import ring_clear
from tests.escalations.answering import approve, deny
from tests.escalations.asking import task_asked
from tests.escalations.finding import answer
from tests.escalations.freezing import latch, release_ticket
from tests.escalations.holders import answer_as, ask, claim, hand_over, snooze, snoozed
from tests.escalations.noticing import channel_of
from tests.governance.services.colluding import colluding, full_scan
from tests.governance.services.orchestrator import Orchestrator

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew

ORDER = ["auth_user", "governance_agent", "governance_task", "governance_collusionring",
         "escalations_ticket", "governance_grant", "escalations_noticechannel", "governance_fleet"]  # fmt: skip
LOCKED = re.compile(r'^SELECT .*? FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', re.DOTALL)
NUMBERED = re.compile(r"^UPDATE (governance_fleet) SET ticket_seq")


def locks_of(move: Callable[[], object]) -> list[str]:
    """Return the tables whose rows a move locks, each once, in the order first taken."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        move()
    found = [LOCKED.match(each["sql"]) or NUMBERED.match(each["sql"]) for each in asked]
    return list(dict.fromkeys(match[1] for match in found if match))


def in_order(tables: list[str]) -> bool:
    places = [ORDER.index(table) for table in tables]
    return places == sorted(places)


@pytest.fixture
def ticket(fleet: Fleet, crew: Crew) -> Ticket:
    return task_asked(fleet, crew.lena)


def test_a_channel_comes_before_its_fleet(fleet: Fleet, crew: Crew) -> None:
    def change(move: Callable[..., object]) -> list[str]:
        return locks_of(lambda: move(user=crew.adam, fleet=fleet, channel_id=channel.pk))

    channel = channel_of(crew.adam, ChannelKind.CHAT, fleet=fleet)

    assert change(channel_test) == ["escalations_noticechannel"]
    assert change(channel_end) == ["escalations_noticechannel", "governance_fleet"]


def test_an_approval_locks_in_order(ticket: Ticket, crew: Crew) -> None:
    assert locks_of(lambda: approve(ticket, crew.rita)) == [
        "governance_agent",
        "governance_task",
        "escalations_ticket",
        "governance_fleet",
    ]


def test_a_late_denial_locks_in_order(ticket: Ticket, crew: Crew) -> None:
    approved = approve(ticket, crew.rita).ticket

    assert locks_of(lambda: deny(approved, crew.ravi)) == [
        "governance_agent",
        "governance_task",
        "escalations_ticket",
        "governance_grant",
        "governance_fleet",
    ]


def test_an_undo_locks_in_order(ticket: Ticket, crew: Crew) -> None:
    approved = approve(ticket, crew.rita).ticket

    tables = locks_of(
        lambda: ticket_undo(ticket_id=ticket.pk, user=crew.rita, expected_version=approved.version)
    )

    assert in_order(tables)
    assert "governance_grant" in tables


def test_a_claim_and_its_end_lock_in_order(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    claimed = locks_of(
        lambda: ticket_claim(ticket_id=ticket.pk, user=crew.rita, expected_version=1)
    )
    clock.forward(minutes=10)
    ended = locks_of(claims_end_due)

    assert claimed == ["auth_user", "escalations_ticket", "governance_fleet"]
    assert ended == ["escalations_ticket", "governance_fleet"]


def test_a_snooze_and_its_end_lock_in_order(ticket: Ticket, crew: Crew, clock: Clock) -> None:
    claim(ticket, crew.rita)
    put_off = locks_of(lambda: snooze(ticket, crew.rita, minutes=5))
    woken = locks_of(lambda: ticket_wake(ticket_id=ticket.pk, user=crew.ravi))
    snoozed(ticket, crew.rita, minutes=5)
    clock.forward(minutes=5)
    ended = locks_of(snoozes_end_due)

    assert put_off == woken == ended == ["escalations_ticket", "governance_fleet"]


def test_a_question_its_answer_and_a_hand_over_lock_in_order(ticket: Ticket, crew: Crew) -> None:
    claim(ticket, crew.rita)
    asked = locks_of(lambda: ask(ticket, crew.rita))
    answered = locks_of(lambda: answer_as(crew.lena, ticket.notes.get()))
    given = locks_of(lambda: hand_over(ticket, crew.rita, "mona"))

    assert asked == answered
    assert answered == [
        "governance_agent",
        "governance_task",
        "escalations_ticket",
        "governance_fleet",
    ]
    assert given == ["auth_user", "escalations_ticket", "governance_fleet"]


def test_an_expiry_locks_in_order(ticket: Ticket, clock: Clock) -> None:
    clock.forward(hours=1)

    assert locks_of(tickets_expire_due) == [
        "governance_agent",
        "governance_task",
        "escalations_ticket",
        "governance_fleet",
    ]


def test_asking_and_withdrawing_lock_in_order(fleet: Fleet, crew: Crew) -> None:
    shop = Orchestrator(fleet, crew)

    asked = locks_of(lambda: shop.ask("refund"))
    task = Ticket.objects.get().task
    assert task is not None
    withdrawn = locks_of(lambda: task_cancel(key=shop.key, task_id=task.pk, reason="Never mind."))

    assert asked == ["governance_agent", "governance_fleet"]
    assert in_order(withdrawn)
    assert "escalations_ticket" in withdrawn


def test_a_latch_and_its_release_lock_in_order(ticket: Ticket, crew: Crew) -> None:
    agent = ticket.agent
    assert agent is not None
    latched = locks_of(lambda: latch(agent))
    release = approve(release_ticket(agent), crew.rita, reason_code="false_alarm").ticket
    released = locks_of(lambda: approve(release, crew.ravi, reason_code="false_alarm"))

    assert in_order(latched)
    assert released == ["governance_agent", "escalations_ticket", "governance_fleet"]


def test_a_verdict_on_a_ring_and_an_appeal_lock_in_order(fleet: Fleet, crew: Crew) -> None:
    colluding(fleet)
    full_scan(fleet)
    ticket, ring = Ticket.objects.get(), CollusionRing.objects.get()

    confirmed = locks_of(lambda: answer(ticket, crew.mona, "confirm"))
    cleared = locks_of(
        lambda: ring_clear(fleet=fleet, ring_id=ring.pk, user=crew.mona, reason="Wrong checks.")
    )

    assert confirmed == [
        "governance_agent",
        "governance_collusionring",
        "escalations_ticket",
        "governance_fleet",
    ]
    assert in_order(cleared)
    assert cleared[:2] == confirmed[:2]
