from __future__ import annotations

import pytest
from django.db import transaction

from governance.models import Standing
from governance.selectors.agents import agent_lock, agents_lock
from governance.selectors.tasks import task_lock
from tests.factories import TaskFactory
from tests.waiting import Behind, behind

WAITERS = {
    "agent_lock": lambda task: agent_lock(task.agent_id),
    "agents_lock": lambda task: agents_lock(fleet=task.fleet, names={task.agent.external_id})[0],
    "task_lock": lambda task: task_lock(task_id=task.pk, agent_id=task.agent_id).agent,
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waiter", WAITERS)
def test_who_waited_for_an_agent_sees_what_its_holder_stored(waiter: str) -> None:
    task = TaskFactory()

    def hold() -> None:
        agent_lock(task.agent_id)
        Standing.objects.filter(agent=task.agent_id).update(facts=7)

    @transaction.atomic
    def wait() -> int:
        return WAITERS[waiter](task).standing.facts

    assert behind(hold, wait) == Behind(7, waited=True)
