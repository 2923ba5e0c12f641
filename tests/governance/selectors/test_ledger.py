from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from governance.models import Agent
from governance.selectors.ledger import account_of, entries_latest, wealth_by_day
from governance.services.ledger import fine_book
from tests.clock import NOON
from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db


def fine(agent: Agent, amount: int, *, days_ago: int = 0) -> None:
    fine_book(
        fleet=agent.fleet,
        agent=agent,
        amount=Decimal(amount),
        source=uuid4(),
        sentence=f"Fined ${amount}.",
        now=NOON - timedelta(days=days_ago),
    )


def test_an_agent_for_which_nothing_is_booked_has_no_account() -> None:
    agent = AgentFactory()

    assert account_of(agent=agent) is None
    assert wealth_by_day(agent=agent) == []


def test_wealth_is_the_sum_of_all_days_so_far_whenever_they_were_booked() -> None:
    agent = AgentFactory()
    fine(agent, 1)
    fine(agent, 2, days_ago=3)
    fine(agent, 4, days_ago=3)
    fine(AgentFactory(fleet=agent.fleet), 8)

    assert wealth_by_day(agent=agent) == [
        (date(2026, 2, 27), Decimal(-6)),
        (date(2026, 3, 2), Decimal(-7)),
    ]


def test_the_latest_entries_are_those_that_occurred_last() -> None:
    agent = AgentFactory()
    for days_ago in (0, 2, 1):
        fine(agent, days_ago + 1, days_ago=days_ago)

    entries = entries_latest(agent=agent, most=2)

    assert [entry.sentence for entry in entries] == ["Fined $1.", "Fined $2."]
