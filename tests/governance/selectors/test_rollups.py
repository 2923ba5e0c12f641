from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from governance.domain.rollup import BucketSize
from governance.domain.types import TaskType, Tier
from governance.selectors.rollups import (
    agent_buckets,
    agents_between,
    cells_between,
    fleet_buckets,
    rolled_up_until,
)
from tests.clock import NOON
from tests.factories import (
    AgentBucketFactory,
    AgentFactory,
    CellHourFactory,
    FleetBucketFactory,
    FleetFactory,
)

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from tests.clock import Clock

pytestmark = pytest.mark.django_db
HALF_PAST_TEN = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def hour(value: int) -> datetime:
    return datetime(2026, 3, 2, value, tzinfo=UTC)


def test_buckets_of_an_agent_begin_with_the_one_that_holds_the_first_moment() -> None:
    agent = AgentFactory()
    for begins in (12, 9, 10, 11):
        AgentBucketFactory(agent=agent, starts_at=hour(begins))
    AgentBucketFactory(agent=agent, starts_at=hour(10), size=BucketSize.FIVE_MINUTES.value)
    AgentBucketFactory(agent=AgentFactory(fleet=agent.fleet), starts_at=hour(10))

    found = agent_buckets(agent=agent, size=BucketSize.HOUR, since=HALF_PAST_TEN, until=NOON)

    assert [each.starts_at for each in found] == [hour(10), hour(11)]


def test_buckets_of_a_fleet_begin_with_the_one_that_holds_the_first_moment() -> None:
    fleet = FleetFactory()
    for begins in (12, 9, 10, 11):
        FleetBucketFactory(fleet=fleet, starts_at=hour(begins))
    FleetBucketFactory(fleet=fleet, starts_at=hour(10), size=BucketSize.FIVE_MINUTES.value)
    FleetBucketFactory(starts_at=hour(10))

    found = fleet_buckets(fleet=fleet, size=BucketSize.HOUR, since=HALF_PAST_TEN, until=NOON)

    assert [each.starts_at for each in found] == [hour(10), hour(11)]


def test_every_cell_is_summed_over_whole_hours() -> None:
    fleet = FleetFactory()
    cell = {"fleet": fleet, "task_type": TaskType.PIPELINE.value, "tier": Tier.HIGH.value}
    CellHourFactory(**cell, starts_at=hour(9), asked=100)
    CellHourFactory(**cell, starts_at=hour(10), asked=3, allowed=2, cost_usd=Decimal("1.5"))
    CellHourFactory(**cell, starts_at=hour(11), asked=4, overruled=1, cost_usd=Decimal("2.25"))
    CellHourFactory(**cell, starts_at=hour(12), asked=100)
    CellHourFactory(starts_at=hour(11), asked=100)

    cells = cells_between(fleet=fleet, since=HALF_PAST_TEN, until=NOON)

    assert [(each.task_type, each.tier) for each in cells] == [
        (kind, tier) for kind in TaskType for tier in Tier
    ]
    assert sum(each.asked for each in cells) == 7
    found = cells[3]
    assert (found.task_type, found.tier) == (TaskType.PIPELINE, Tier.HIGH)
    assert (found.asked, found.allowed, found.overruled) == (7, 2, 1)
    assert found.cost_usd == Decimal("3.75")


def test_agents_are_summed_one_by_one() -> None:
    one = AgentFactory()
    other = AgentFactory(fleet=one.fleet)
    AgentFactory(fleet=one.fleet)
    AgentBucketFactory(agent=one, starts_at=hour(10), failures=2, value_usd=Decimal(4))
    AgentBucketFactory(agent=one, starts_at=hour(11), failures=1, over_budget=5)
    AgentBucketFactory(agent=one, starts_at=hour(12), failures=7)
    AgentBucketFactory(agent=other, starts_at=hour(11), outcomes=4)

    sums = agents_between(fleet=one.fleet, size=BucketSize.HOUR, since=HALF_PAST_TEN, until=NOON)

    assert [each.agent_id for each in sums] == [one.pk, other.pk]
    assert [each.outcomes for each in sums] == [20, 4]
    assert (sums[0].successes, sums[0].failures, sums[0].over_budget) == (17, 3, 5)
    assert (sums[0].cost_usd, sums[0].value_usd) == (Decimal(20), Decimal(4))


def test_a_fleet_nobody_looked_at_yet_is_rolled_up_until_no_moment() -> None:
    assert rolled_up_until(fleet=FleetFactory()) is None


def test_a_fleet_is_rolled_up_until_it_was_looked_at_last(clock: Clock) -> None:
    fleet = FleetFactory()
    size = BucketSize.FIVE_MINUTES.value
    FleetBucketFactory(fleet=fleet, size=size, starts_at=hour(11))
    looked_at = clock.forward(minutes=2)
    FleetBucketFactory(fleet=fleet, size=size, starts_at=hour(12), taken_at=looked_at)

    assert rolled_up_until(fleet=fleet) == NOON + timedelta(minutes=2)


@pytest.mark.parametrize("volume", [1, 20])
def test_the_number_of_queries_does_not_grow(
    django_assert_num_queries: DjangoAssertNumQueries, volume: int
) -> None:
    agent = AgentFactory()
    for step in range(volume):
        begins = NOON - step * timedelta(hours=1)
        AgentBucketFactory(agent=agent, starts_at=begins)
        FleetBucketFactory(fleet=agent.fleet, starts_at=begins)
        CellHourFactory(fleet=agent.fleet, starts_at=begins)
    span = {"since": NOON - timedelta(days=2), "until": NOON + timedelta(hours=1)}

    with django_assert_num_queries(4):
        assert len(agent_buckets(agent=agent, size=BucketSize.HOUR, **span)) == volume
        assert len(fleet_buckets(fleet=agent.fleet, size=BucketSize.HOUR, **span)) == volume
        assert len(agents_between(fleet=agent.fleet, size=BucketSize.HOUR, **span)) == 1
        assert len(cells_between(fleet=agent.fleet, **span)) == 9
