from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import Agent, AgentBucket, Outcome, Task
from governance.selectors.load import AgentLoad, agent_load, agent_loads, fleet_month_spent
from governance.services.rollups import fleet_roll_up
from tests.clock import NOON
from tests.factories import AgentFactory, ApiKeyFactory, FleetFactory, TaskFactory

pytestmark = pytest.mark.django_db


def outcome(agent: Agent, number: int, cost: str, *, days_ago: int = 0) -> None:
    at = NOON - timedelta(days=days_ago)
    Outcome.objects.create(
        fleet=agent.fleet, agent=agent, task_external_id=f"t-{agent.pk}-{number}", fact=number,
        body_sha256="0" * 64, reporter=ApiKeyFactory(fleet=agent.fleet), result="success",
        source="job", task_type="stateless", level="LOW", cost_usd=Decimal(cost), expected=0.1,
        weight=1.0, finished_at=at, received_at=at,
    )  # fmt: skip


def busy_agent() -> Agent:
    """Return an agent with one task of every kind that a sum might count, or must not."""
    agent: Agent = AgentFactory(created_at=NOON)
    hour = {"time_limit_s": 3600, "started_at": NOON}
    TaskFactory(agent=agent, state="READY", created_at=NOON)
    TaskFactory(agent=agent, state="READY", created_at=NOON - timedelta(hours=2))
    TaskFactory(agent=agent, state="RUNNING", budget_usd=Decimal(5), created_at=NOON, **hour)
    TaskFactory(
        agent=agent, state="RUNNING", spend_cap_usd=Decimal(7), spent_usd=Decimal(9), **hour
    )
    TaskFactory(
        agent=agent, state="RUNNING", spent_usd=Decimal(2), spend_cap_usd=Decimal(50),
        started_at=NOON - timedelta(hours=3), time_limit_s=60,
    )  # fmt: skip
    TaskFactory(agent=agent, state="CANCELLED", spent_usd=Decimal(3), finished_at=NOON)
    TaskFactory(
        agent=agent, state="CANCELLED", spent_usd=Decimal(4), finished_at=NOON - timedelta(days=5)
    )
    TaskFactory(agent=agent, state="PENDING", budget_usd=Decimal(100), created_at=NOON)
    outcome(agent, 1, "0.25")
    outcome(agent, 2, "8", days_ago=5)
    return agent


def test_open_tasks_and_dollars_are_summed_by_hand() -> None:
    agent = busy_agent()

    load = agent_loads(agent_ids=[agent.pk], now=NOON)[agent.pk]

    # One ready and two running in time; 5 + 9 reserved, 2 + 3 spent, 0.25 reported in March.
    assert load == AgentLoad(parallel=3, month_spent_usd=Decimal("19.25"))


def test_a_list_says_what_the_gate_decides_by() -> None:
    agent = busy_agent()
    unsaved = Task(agent=agent, fleet=agent.fleet)

    gate = agent_load(task=unsaved, agent=agent, now=NOON)
    listed = agent_loads(agent_ids=[agent.pk], now=NOON)[agent.pk]

    assert listed == gate


def test_agents_are_summed_apart_in_one_query() -> None:
    busy, idle = busy_agent(), AgentFactory()

    with CaptureQueriesContext(connection) as asked:
        loads = agent_loads(agent_ids=[busy.pk, idle.pk], now=NOON)

    assert loads[idle.pk] == AgentLoad()
    assert loads[busy.pk].parallel == 3
    assert len(asked) == 1


def test_nobody_costs_no_query() -> None:
    with CaptureQueriesContext(connection) as asked:
        loads = agent_loads(agent_ids=[], now=NOON)

    assert (loads, len(asked)) == ({}, 0)


def test_a_fleets_month_is_the_sum_of_its_agents() -> None:
    agent = busy_agent()
    other = AgentFactory(fleet=agent.fleet)
    outcome(other, 1, "4")
    busy_agent()

    # 19.25 and 4; those of another fleet are not among them.
    assert fleet_month_spent(fleet=agent.fleet, now=NOON) == Decimal("23.25")


def test_a_fleet_without_agents_has_spent_nothing() -> None:
    assert fleet_month_spent(fleet=FleetFactory(), now=NOON) == 0


@pytest.mark.django_db(transaction=True)
def test_a_fleets_month_is_the_same_while_it_is_rolled_up() -> None:
    agent = busy_agent()
    assert fleet_roll_up(fleet_id=agent.fleet_id) == 1
    rolled_up = fleet_month_spent(fleet=agent.fleet, now=NOON)
    outcome(agent, 3, "0.5")

    assert AgentBucket.objects.filter(size="day").count() == 2
    assert rolled_up == Decimal("19.25")
    assert fleet_month_spent(fleet=agent.fleet, now=NOON) == Decimal("19.75")
