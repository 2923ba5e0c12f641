from __future__ import annotations

import pytest

from governance.selectors.tasks import task_get
from tests.factories import TaskFactory

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.django_db
def test_a_caller_may_number_tasks_by_what_looks_like_our_own_ids() -> None:
    task = TaskFactory(external_id=TRACE)

    assert task_get(fleet=task.fleet, task_id=TRACE) == task


@pytest.mark.django_db
def test_our_own_id_comes_before_another_task_that_is_named_so() -> None:
    task = TaskFactory()
    TaskFactory(agent=task.agent, external_id=str(task.pk))

    assert task_get(fleet=task.fleet, task_id=str(task.pk)) == task
