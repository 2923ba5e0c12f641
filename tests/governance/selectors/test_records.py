from __future__ import annotations

import pytest

from governance.events import AgentPaused, AgentResumed
from governance.models import Event
from governance.models.event import AgentKey
from governance.selectors.records import agent_events
from governance.services.events import events_publish
from tests.clock import NOON
from tests.factories import AgentFactory
from tests.plans import plan_with_indexes

pytestmark = pytest.mark.django_db


def test_an_agents_events_are_its_own_newest_first() -> None:
    agent = AgentFactory()
    other = AgentFactory(fleet=agent.fleet)
    told = [
        AgentPaused(fleet_id=agent.fleet_id, actor="mona", agent_id=each.pk, reason=reason)
        for each, reason in ((agent, "one"), (other, "two"), (agent, "three"))
    ]
    resumed = AgentResumed(fleet_id=agent.fleet_id, actor="mona", agent_id=agent.pk, reason="four")
    events_publish(*told, resumed, now=NOON)

    found = agent_events(agent=agent, names={"agent.paused"}, most=5)
    latest = agent_events(agent=agent, names={"agent.paused", "agent.resumed"}, most=1)

    assert [event.payload["reason"] for event in found] == ["three", "one"]
    assert [event.payload["reason"] for event in latest] == ["four"]


def test_the_search_for_an_agents_events_uses_its_index_in_a_busy_fleet() -> None:
    agents = [AgentFactory()]
    agents += [AgentFactory(fleet=agents[0].fleet) for _ in range(9)]
    events_publish(
        *(
            AgentPaused(fleet_id=agent.fleet_id, actor="mona", agent_id=agent.pk, reason="one")
            for agent in agents * 100
        ),
        now=NOON,
    )
    events = Event.objects.filter(fleet=agents[0].fleet, name__in=["agent.paused"])
    wanted = events.alias(about=AgentKey()).filter(about=str(agents[0].pk))

    assert "event_by_agent" in plan_with_indexes(wanted)
