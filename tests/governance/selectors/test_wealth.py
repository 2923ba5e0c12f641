from __future__ import annotations

from datetime import date

import pytest

from governance.models import CollusionRing
from governance.selectors.wealth import wealth_by_suspicion, wealth_each, wealth_outside
from tests.factories import AgentFactory
from tests.governance.selectors.test_ledger import fine
from tests.governance.services.colluding import colluding, full_scan

pytestmark = pytest.mark.django_db

SINCE, UNTIL = date(2026, 2, 28), date(2026, 3, 2)


def test_each_agent_with_an_account_has_a_balance_for_every_day() -> None:
    agent = AgentFactory()
    other = AgentFactory(fleet=agent.fleet)
    nobody = AgentFactory(fleet=agent.fleet)
    fine(agent, 2, days_ago=9)
    fine(agent, 4, days_ago=1)
    fine(other, 8)
    fine(AgentFactory(fleet=agent.fleet), 100)

    wealth = wealth_each(agents=[agent.pk, other.pk, nobody.pk], since=SINCE, until=UNTIL)

    assert wealth == {agent.pk: [-2, -6, -6], other.pk: [0, 0, -8]}


def test_members_of_a_ring_are_told_from_watched_agents_and_the_others() -> None:
    other = AgentFactory(name="Other")
    watched = AgentFactory(fleet=other.fleet, name="Watched")
    buyer, broker = colluding(other.fleet)
    full_scan(other.fleet)
    for agent, amount in ((buyer, 1), (broker, 3), (watched, 5), (other, 7)):
        fine(agent, amount)

    by = wealth_by_suspicion(
        fleet=other.fleet, watched=[watched.pk, buyer.pk], since=UNTIL, until=UNTIL
    )
    outside = wealth_outside(ring=CollusionRing.objects.get(), since=UNTIL, until=UNTIL)

    assert [[each.agents, each.daily] for each in by] == [[2, [-2]], [1, [-5]], [1, [-7]]]
    assert list(outside) == [2, [-6]]
