from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from escalations.domain.queue import QueueFilter
from escalations.selectors.deciders import tickets_judged
from escalations.selectors.onward import ticket_onward
from escalations.services.claims import ticket_claim
from governance.domain.types import BlastLevel
from tests.escalations.answering import approve, call_emergency, deny
from tests.escalations.asking import task_asked

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from escalations.models import Ticket
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


def onward(
    user: User, ticket: Ticket | None, clock: Clock, *, is_manager: bool = False, **narrowed: Any
) -> int | None:
    """Return the number of the ticket the person goes on to."""
    fleets = [] if ticket is None else [ticket.fleet_id]
    found = ticket_onward(
        tickets_judged(user=user, fleet_ids=fleets, now=clock.now),
        user=user,
        managed=fleets if is_manager else [],
        wanted=QueueFilter(**narrowed),
        left=None if ticket is None else ticket.pk,
        now=clock.now,
    )
    return found.number if found else None


@pytest.fixture
def three(fleet: Fleet, crew: Crew) -> list[Ticket]:
    """Return three tickets, in the order of the queue."""
    return [
        task_asked(fleet, crew.lena, level=level)
        for level in (BlastLevel.HIGH, BlastLevel.MEDIUM, BlastLevel.LOW)
    ]


def test_the_most_urgent_follows_a_decision(three: list[Ticket], crew: Crew, clock: Clock) -> None:
    deny(three[1], crew.rita)

    assert onward(crew.rita, three[1], clock) == three[0].number


def test_a_ticket_that_is_left_undecided_is_skipped_and_the_last_leads_to_the_first(
    three: list[Ticket], crew: Crew, clock: Clock
) -> None:
    following = [onward(crew.rita, ticket, clock) for ticket in three]

    assert following == [three[1].number, three[2].number, three[0].number]


def test_what_a_person_can_do_nothing_about_is_passed_over(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    signed, held, left = (
        task_asked(fleet, crew.lena, level=level, approvals=approvals)
        for level, approvals in (
            (BlastLevel.CRITICAL, 2),
            (BlastLevel.HIGH, 1),
            (BlastLevel.MEDIUM, 1),
        )
    )
    approve(signed, crew.rita, reauthenticated_at=clock.now)
    ticket_claim(ticket_id=held.pk, user=crew.ravi, expected_version=held.version)

    assert onward(crew.rita, signed, clock) == left.number
    assert onward(crew.rita, left, clock) is None
    assert onward(crew.ravi, held, clock) == left.number
    assert onward(crew.ravi, left, clock) == signed.number


def test_a_call_that_has_lapsed_is_no_signature(
    three: list[Ticket], crew: Crew, clock: Clock
) -> None:
    call_emergency(three[0], crew.adam)
    deny(three[1], crew.rita)

    clock.forward(minutes=10)

    assert onward(crew.adam, three[1], clock) == three[0].number


def test_it_stays_within_the_queue_the_person_came_from(
    three: list[Ticket], crew: Crew, clock: Clock
) -> None:
    assert onward(crew.rita, three[0], clock, level=BlastLevel.LOW) == three[2].number
    assert onward(crew.rita, three[2], clock, level=BlastLevel.LOW) is None
