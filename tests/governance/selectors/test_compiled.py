from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction
from django.db.models.functions import Length
from django.db.transaction import TransactionManagementError

from governance.models import Agent, Task
from governance.selectors.compiled import CompiledQuery
from tests.factories import AgentFactory, FleetFactory, TaskFactory

pytestmark = pytest.mark.django_db

NAMED = CompiledQuery(
    lambda fleet, name: Agent.objects.select_related("standing", "fleet").filter(
        fleet_id=fleet, external_id=name
    ),
    UUID,
    str,
)


def test_a_row_is_the_one_the_query_itself_gives() -> None:
    agent = AgentFactory(mandate_tools=["read"], mandate_environments=["staging"])

    found = NAMED.first(agent.fleet_id, agent.external_id)

    asked = Agent.objects.get(pk=agent.pk)
    assert found is not None
    assert _columns(found) == _columns(asked)
    assert _columns(found.standing) == _columns(asked.standing)
    assert _columns(found.fleet) == _columns(asked.fleet)


def test_joined_rows_cost_no_further_query(django_assert_num_queries: object) -> None:
    agent = AgentFactory()

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = NAMED.first(agent.fleet_id, agent.external_id)
        assert found is not None
        assert (found.standing.pk, found.fleet.slug) == (agent.pk, agent.fleet.slug)


def test_what_is_asked_beside_a_row_stands_on_it() -> None:
    agent = AgentFactory()
    told = CompiledQuery(
        lambda name: (
            Agent.objects.select_related("fleet")
            .annotate(letters=Length("external_id"))
            .filter(external_id=name)
        ),
        str,
    )

    (found,) = told.rows(agent.external_id)

    assert getattr(found, "letters", None) == len(agent.external_id)
    assert found.fleet.slug == agent.fleet.slug


def test_each_run_takes_its_own_values() -> None:
    one, other = AgentFactory(), AgentFactory()

    assert NAMED.first(one.fleet_id, one.external_id) == one
    assert NAMED.first(other.fleet_id, other.external_id) == other
    assert NAMED.first(one.fleet_id, "nobody") is None


def test_constants_stay_and_whole_numbers_can_be_left_open() -> None:
    fleet = FleetFactory()
    tasks = [TaskFactory(agent=AgentFactory(fleet=fleet), steps=steps) for steps in (1, 2, 3)]
    busy = CompiledQuery(
        lambda pk, steps: Task.objects.filter(fleet_id=pk, steps__gte=steps, depth=0).order_by(
            "steps"
        ),
        UUID,
        int,
    )

    assert busy.rows(fleet.pk, 2) == tasks[1:]


def test_a_value_that_the_query_leaves_out_is_a_mistake() -> None:
    careless = CompiledQuery(lambda pk, name: Agent.objects.filter(pk=pk), UUID, str)

    with pytest.raises(TypeError, match="each value must stand once"):
        careless.first(AgentFactory().pk, "a")


def _columns(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_a_transaction_is_a_mistake_every_time() -> None:
    lock = CompiledQuery(lambda pk: Agent.objects.select_for_update().filter(pk=pk), UUID)
    agent = AgentFactory()
    with transaction.atomic():
        assert lock.first(agent.pk) == agent

    with pytest.raises(TransactionManagementError, match="outside a transaction"):
        lock.first(agent.pk)
