from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.domain.ids import id_new
from governance.models import AccountDay, Outcome, Task
from governance.services.rows import row_update, rows_copy, rows_insert
from tests.clock import NOON
from tests.factories import AgentFactory, TaskFactory

pytestmark = pytest.mark.django_db


def test_an_inserted_row_is_stored_with_all_of_its_columns() -> None:
    task = TaskFactory.build(
        agent=(known := TaskFactory()).agent,
        fleet=known.fleet,
        key=known.key,
        root_id=known.pk,
        plan={"steps": 2},
        budget_usd=Decimal("1.5"),
        start_by=NOON,
    )

    rows_insert(task)

    stored = Task.objects.get(pk=task.pk)
    assert (stored.plan, stored.budget_usd, stored.start_by) == ({"steps": 2}, Decimal("1.5"), NOON)
    assert stored.resolution is None
    assert not task._state.adding


def test_rows_that_name_each_other_are_stored_in_one_statement() -> None:
    known = TaskFactory()
    root, child = (
        TaskFactory.build(agent=known.agent, fleet=known.fleet, key=known.key, plan={})
        for _ in range(2)
    )
    root.root_id = child.root_id = root.pk
    child.parent = root

    with CaptureQueriesContext(connection) as asked:
        rows_insert(child, root)

    assert len(asked) == 1
    assert list(Task.objects.filter(root_id=root.pk, parent=root)) == [child]
    assert not child._state.adding


def test_what_the_database_fills_in_is_left_to_it() -> None:
    task = TaskFactory()
    outcome = Outcome(
        fleet=task.fleet,
        agent=task.agent,
        task=task,
        task_external_id=task.external_id,
        reporter=task.key,
        fact=1,
        result="success",
        source="job:nightly",
        task_type="stateless",
        level="LOW",
        expected=0.1,
        weight=1.0,
        finished_at=NOON,
        received_at=NOON,
    )

    rows_insert(outcome)

    assert Outcome.objects.get().transaction > 0


def test_a_second_row_with_the_same_key_is_refused() -> None:
    task = TaskFactory()
    task.id = id_new()

    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        rows_insert(task)


def test_an_update_writes_the_named_fields_alone() -> None:
    task = TaskFactory(state="READY")
    task.state, task.title = "RUNNING", "Not this one"

    row_update(task, "state")

    stored = Task.objects.get(pk=task.pk)
    assert (stored.state, stored.title) != ("RUNNING", "Not this one")
    assert stored.state == "RUNNING"


def test_an_update_without_names_writes_the_whole_row() -> None:
    task = TaskFactory(state="READY")
    task.state, task.title = "RUNNING", "This too"

    row_update(task)

    stored = Task.objects.get(pk=task.pk)
    assert (stored.state, stored.title) == ("RUNNING", "This too")


def test_a_field_that_the_model_lacks_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="Task has not all of the fields stat"):
        row_update(TaskFactory(), "stat")


def test_many_rows_are_stored_with_the_columns_that_are_given() -> None:
    agent = AgentFactory()
    days = [(id_new(), agent.pk, NOON.date() + timedelta(days=n), Decimal(n)) for n in range(3)]

    rows_copy(AccountDay, ("id", "agent_id", "day", "change"), days)

    stored = AccountDay.objects.order_by("day").values_list("id", "agent_id", "day", "change")
    assert list(stored) == days


def test_of_many_rows_none_is_stored_where_one_breaks_a_constraint() -> None:
    agent = AgentFactory()
    twice = [(id_new(), agent.pk, NOON.date(), Decimal(1)) for _ in range(2)]

    with pytest.raises(IntegrityError, match="account_once_a_day"), transaction.atomic():
        rows_copy(AccountDay, ("id", "agent_id", "day", "change"), twice)

    assert not AccountDay.objects.exists()
