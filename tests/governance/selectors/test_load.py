from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.models import Task
from governance.selectors.load import LineageLoad, agent_load, lineage_load, owner_load
from tests.clock import NOON
from tests.factories import TaskFactory


def running(**fields: object) -> Task:
    """Return another task of the agent of one that has run since noon, for an hour at most."""
    task = TaskFactory(
        state="RUNNING", started_at=NOON, time_limit_s=3600, budget_usd=Decimal(5), **fields
    )
    return TaskFactory(agent=task.agent, created_at=NOON)


@pytest.mark.django_db
def test_a_running_task_may_spend_its_cap_whatever_it_declared() -> None:
    task = running(spend_cap_usd=Decimal("7.5"), spent_usd=Decimal(2))

    load = agent_load(task=task, agent=task.agent, now=NOON + timedelta(minutes=60))

    assert (load.parallel, load.month_spent_usd) == (1, Decimal("7.5"))


@pytest.mark.django_db
def test_a_task_over_its_time_counts_with_what_it_has_spent() -> None:
    task = running(spend_cap_usd=Decimal("7.5"), spent_usd=Decimal(2))

    # One hour, and the minute of grace.
    load = agent_load(task=task, agent=task.agent, now=NOON + timedelta(minutes=61))

    assert (load.parallel, load.month_spent_usd) == (0, Decimal(2))


@pytest.mark.django_db
def test_a_task_that_overspends_counts_with_all_of_it() -> None:
    task = running(spend_cap_usd=Decimal("7.5"), spent_usd=Decimal(9))

    load = agent_load(task=task, agent=task.agent, now=NOON + timedelta(minutes=1))

    assert load.month_spent_usd == Decimal(9)


@pytest.mark.django_db
def test_what_a_cancelled_task_had_spent_stays_in_the_month() -> None:
    task = running(spend_cap_usd=Decimal("7.5"))
    TaskFactory(agent=task.agent, state="CANCELLED", spent_usd=Decimal(2), finished_at=NOON)
    TaskFactory(
        agent=task.agent,
        state="CANCELLED",
        spent_usd=Decimal(4),
        finished_at=NOON - timedelta(days=3),  # in February
    )

    load = agent_load(task=task, agent=task.agent, now=NOON + timedelta(minutes=1))

    # 7.50 may still be spent, 2.00 were.
    assert load.month_spent_usd == Decimal("9.5")


@pytest.mark.django_db
def test_a_cancelled_task_counts_for_its_owner_with_what_it_had_spent_only() -> None:
    task = running()
    TaskFactory(
        agent=task.agent,
        state="CANCELLED",
        created_at=NOON,
        budget_usd=Decimal(50),
        spent_usd=Decimal(2),
    )

    load = owner_load(task=task, agent=task.agent, now=NOON + timedelta(minutes=1))

    # The running one with its budget of 5.00, the cancelled one with 2.00.
    assert load.day_usd == Decimal(7)


@pytest.mark.django_db
def test_a_lineage_counts_what_a_cancelled_task_had_done_and_nothing_of_one_that_never_ran() -> (
    None
):
    root = TaskFactory(state="FINISHED", created_at=NOON, budget_usd=Decimal(3), steps=1)
    family = {"agent": root.agent, "root_id": root.pk, "created_at": NOON}
    TaskFactory(
        **family,
        state="CANCELLED",
        started_at=NOON,
        steps=4,
        budget_usd=Decimal(50),
        spent_usd=Decimal(2),
    )
    TaskFactory(**family, state="CANCELLED", started_at=None, steps=9, budget_usd=Decimal(50))
    child = TaskFactory.build(**family, fleet=root.fleet, key=root.key)

    load = lineage_load(task=child, now=NOON + timedelta(minutes=1))

    assert load == LineageLoad(other_agents=0, steps=5, day_usd=Decimal(5))
