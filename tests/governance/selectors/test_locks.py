from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from governance.models import Standing
from governance.selectors.agents import agent_lock, agents_lock
from governance.selectors.tasks import task_lock
from tests.factories import TaskFactory

WAITERS = {
    "agent_lock": lambda task: agent_lock(task.agent_id),
    "agents_lock": lambda task: agents_lock(fleet=task.fleet, names={task.agent.external_id})[0],
    "task_lock": lambda task: task_lock(task_id=task.pk).agent,
}


def _wait_for_lock(blocked_by: int) -> None:
    """Return once another session waits for a lock that this one holds."""
    with connection.cursor() as cursor:
        waiting = 0
        while not waiting:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE %s = ANY(pg_blocking_pids(pid))",
                [blocked_by],
            )
            (waiting,) = cursor.fetchone()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("waiter", WAITERS)
def test_who_waited_for_an_agent_sees_what_its_holder_stored(waiter: str) -> None:
    task = TaskFactory()
    seen = []

    def wait() -> None:
        with transaction.atomic():
            seen.append(WAITERS[waiter](task).standing.facts)
        connection.close()

    thread = threading.Thread(target=wait)
    with transaction.atomic():
        agent_lock(task.agent_id)
        thread.start()
        _wait_for_lock(connection.connection.info.backend_pid)
        Standing.objects.filter(agent=task.agent_id).update(facts=7)
    thread.join(timeout=10)

    assert seen == [7]
