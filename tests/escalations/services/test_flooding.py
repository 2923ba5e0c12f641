from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from governance.models import Event, Standing
from tests.escalations.answering import deny
from tests.escalations.asking import task_asked
from tests.factories import AgentFactory

if TYPE_CHECKING:
    from governance.models import Agent, Fleet
    from tests.clock import Clock
    from tests.escalations.people import Crew


@pytest.fixture
def agent(fleet: Fleet, crew: Crew) -> Agent:
    return AgentFactory(fleet=fleet, owner=crew.lena)


def signals() -> list[str]:
    told = Event.objects.filter(name="breaker.approval_flood").order_by("seq")
    return [event.payload["sentence"] for event in told]


def quiet() -> list[bool]:
    """Return of each ticket, in order, whether nobody is called for it alone."""
    told = Event.objects.filter(name="ticket.opened").order_by("seq")
    return [event.payload["flooded"] for event in told]


def test_the_eleventh_question_that_waits_is_a_flood_and_told_once(
    fleet: Fleet, crew: Crew, agent: Agent
) -> None:
    for _ in range(13):
        task_asked(fleet, crew.lena, agent=agent)

    assert signals() == [
        "It floods people with questions: 11 wait (at most 10), 11 in the last 10 min (at most 20)."
    ]
    assert quiet() == [False] * 10 + [True] * 3
    # Each still waits for its own answer, and the agent runs as it did.
    assert Ticket.objects.filter(state="PENDING").count() == 13
    assert Standing.objects.get(agent=agent).breaker_state == "CLOSED"


def test_twenty_one_questions_in_ten_minutes_are_a_flood_though_all_are_answered(
    fleet: Fleet, crew: Crew, agent: Agent
) -> None:
    for _ in range(21):
        deny(task_asked(fleet, crew.lena, agent=agent), crew.rita)

    assert signals() == [
        "It floods people with questions: 1 wait (at most 10), 21 in the last 10 min (at most 20)."
    ]


def test_a_flood_that_goes_on_is_told_of_again_after_ten_minutes(
    fleet: Fleet, crew: Crew, agent: Agent, clock: Clock
) -> None:
    for _ in range(12):
        task_asked(fleet, crew.lena, agent=agent)
    clock.forward(minutes=10)

    task_asked(fleet, crew.lena, agent=agent)

    assert len(signals()) == 2


def test_what_expired_or_was_asked_long_ago_is_no_flood(
    fleet: Fleet, crew: Crew, agent: Agent, clock: Clock
) -> None:
    for _ in range(10):
        task_asked(fleet, crew.lena, agent=agent)
    clock.forward(minutes=30)

    task_asked(fleet, crew.lena, agent=agent)

    assert (signals(), quiet()[-1]) == ([], False)


def test_the_questions_of_other_agents_and_practice_do_not_count(
    fleet: Fleet, crew: Crew, agent: Agent
) -> None:
    for _ in range(10):
        task_asked(fleet, crew.lena, agent=agent)

    task_asked(fleet, crew.lena)
    task_asked(fleet, crew.lena, agent=agent, practice=True)

    assert signals() == []
