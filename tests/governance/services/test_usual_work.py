from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.models import Tool, UsualWork
from governance.selectors.known_work import known_work
from governance.services.refresh import fleet_refresh
from governance.services.usual_work import usual_work_age

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from governance.models import Fleet
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

pytestmark = pytest.mark.django_db(transaction=True)


def done(shop: Orchestrator, times: int, **fields: Any) -> None:
    for _ in range(times):
        task = shop.ask("read", **{"budget_usd": "0", **fields}).task
        shop.start(task)
        shop.report(task)


def refresh(fleet: Fleet) -> None:
    fleet_refresh(fleet_id=fleet.pk)


def test_what_ten_tasks_touched_counts_for_the_next(shop: Orchestrator, fleet: Fleet) -> None:
    done(shop, 1)
    done(shop, 10, blast={"U": "T", "X": "I"})

    refresh(fleet)

    vector = shop.ask("read").decision.vector
    assert "X:I" in vector
    assert UsualWork.objects.get().tasks == 11


def test_what_one_of_ten_tasks_touched_does_not(shop: Orchestrator, fleet: Fleet) -> None:
    done(shop, 9)
    done(shop, 1, blast={"U": "T", "X": "I"})

    refresh(fleet)

    assert "X:N" in shop.ask("read").decision.vector


def test_each_outcome_is_counted_once(shop: Orchestrator, fleet: Fleet) -> None:
    done(shop, 3)
    refresh(fleet)
    done(shop, 2)
    refresh(fleet)
    refresh(fleet)

    assert UsualWork.objects.get().tasks == 5


def test_steps_that_heartbeats_reported_raise_the_type_of_the_next(
    shop: Orchestrator, fleet: Fleet
) -> None:
    for _ in range(10):
        task = shop.ask("read").task
        shop.start(task)
        shop.beat(task, steps=4)
        shop.report(task)

    refresh(fleet)

    assert shop.ask("read").decision.task_type == "pipeline"


def test_another_operation_with_the_tool_has_a_history_of_its_own(
    shop: Orchestrator, fleet: Fleet
) -> None:
    done(shop, 10, blast={"U": "T", "X": "I"})

    refresh(fleet)

    assert "X:N" in shop.ask("read", operation="shop.glance").decision.vector


def test_a_corrected_registry_is_not_outvoted_by_the_past(shop: Orchestrator, fleet: Fleet) -> None:
    Tool.objects.filter(name="read").update(
        confirmed={"write": "N", "reversibility": "A", "reach": "I", "data": "I"}
    )
    done(shop, 10)
    refresh(fleet)

    Tool.objects.filter(name="read").update(
        confirmed={"write": "N", "reversibility": "A", "reach": "N", "data": "I"}
    )

    assert "X:N" in shop.ask("read").decision.vector


def test_old_days_fall_out_though_nothing_is_added(
    shop: Orchestrator, fleet: Fleet, clock: Clock
) -> None:
    done(shop, 10, blast={"U": "T", "X": "I"})
    refresh(fleet)
    clock.forward(days=31)

    assert usual_work_age() == 1
    assert "X:N" in shop.ask("read").decision.vector
    assert usual_work_age() == 0


def test_tool_and_history_are_one_query(
    shop: Orchestrator, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    task = shop.ask("read").task
    with django_assert_num_queries(1):
        entry, history = known_work(fleet=shop.fleet, agent=shop.agent, task=task)

    assert entry is not None
    assert entry.confirmed == {"W": "N", "R": "A", "X": "N", "D": "I"}
    assert history is None
