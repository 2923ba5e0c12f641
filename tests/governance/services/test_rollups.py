from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import connection, transaction

from governance.domain.policy import policy_default, policy_to_plain
from governance.domain.rollup import BucketSize
from governance.domain.types import BreakerState, Hold, HoldOrigin, Tier
from governance.models import (
    AgentBucket,
    CellHour,
    FleetBucket,
    Outcome,
    RollupMark,
    Standing,
    TrustDay,
)
from governance.selectors.rollups import agent_buckets, rolled_up_until
from governance.services import rollup_cells, rollup_outcomes, rollups
from governance.services.archiving import fleet_archive
from governance.services.batches import outcomes_load
from governance.services.rollups import buckets_prune, fleet_roll_up, fleets_roll_up
from governance.services.schemas import OutcomeItem
from tests.clock import NOON
from tests.factories import (
    AgentBucketFactory,
    AgentFactory,
    CellHourFactory,
    DecisionFactory,
    FleetBucketFactory,
    FleetFactory,
    PolicyVersionFactory,
)

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

# A roll-up reads what other transactions have committed: these tests really commit.
pytestmark = pytest.mark.django_db(transaction=True)


def worked(shop: Orchestrator, task_id: str, *, at: datetime = NOON, **fields: Any) -> Outcome:
    plain = {
        "task_id": task_id,
        "agent": "shop-bot",
        "finished_at": at.isoformat(),
        "result": "success",
        "requested_by": "job:import",
    }
    outcomes_load(key=shop.key, items=[msgspec.convert({**plain, **fields}, OutcomeItem)])
    return Outcome.objects.get(task_external_id=task_id)


def roll_up(shop: Orchestrator) -> int:
    return fleet_roll_up(fleet_id=shop.fleet.pk)


def bucket(shop: Orchestrator, size: BucketSize = BucketSize.HOUR) -> AgentBucket:
    """The agent's only bucket of a size."""
    return AgentBucket.objects.get(agent=shop.agent, size=size.value)


def counts(row: AgentBucket) -> tuple[int, int, int, int, int]:
    return row.outcomes, row.successes, row.partials, row.failures, row.neutrals


def test_outcomes_are_summed_in_the_bucket_of_each_size_that_holds_them(
    shop: Orchestrator,
) -> None:
    worked(shop, "t-1", at=NOON - timedelta(minutes=1), value_usd="5", cost_usd="2", budget_usd="1")
    worked(shop, "t-2", at=NOON - timedelta(minutes=4), result="partial", cost_usd="0.5")
    worked(shop, "t-3", at=NOON - timedelta(minutes=2), result="failure")
    worked(shop, "t-4", at=NOON - timedelta(minutes=3), result="dependency_down")

    roll_up(shop)

    rows = {size: bucket(shop, size) for size in BucketSize}
    assert {size: row.starts_at for size, row in rows.items()} == {
        BucketSize.FIVE_MINUTES: datetime(2026, 3, 2, 11, 55, tzinfo=UTC),
        BucketSize.HOUR: datetime(2026, 3, 2, 11, tzinfo=UTC),
        BucketSize.DAY: datetime(2026, 3, 2, tzinfo=UTC),
    }
    assert {counts(row) for row in rows.values()} == {(4, 1, 1, 1, 1)}
    row = rows[BucketSize.DAY]
    assert (row.over_budget, row.cost_usd, row.value_usd) == (1, Decimal("2.5"), Decimal(5))


def test_what_came_since_is_added_and_nothing_is_counted_twice(shop: Orchestrator) -> None:
    worked(shop, "t-1", cost_usd="1")
    roll_up(shop)
    roll_up(shop)
    worked(shop, "t-2", result="failure", cost_usd="2")
    roll_up(shop)
    roll_up(shop)

    row = bucket(shop)
    assert counts(row) == (2, 1, 0, 1, 0)
    assert row.cost_usd == Decimal(3)


def test_the_trust_of_a_bucket_is_that_after_the_last_fact_in_it(shop: Orchestrator) -> None:
    worked(shop, "t-1", at=NOON - timedelta(minutes=1))
    late = worked(shop, "t-2", at=NOON - timedelta(minutes=3), result="failure")
    roll_up(shop)

    row = bucket(shop)
    assert (row.last_fact, row.trust) == (late.fact, late.trust_after)
    assert row.success_score == late.success_after
    worked(shop, "t-3", at=NOON)
    roll_up(shop)
    assert AgentBucket.objects.get(pk=row.pk).trust == late.trust_after


def test_a_band_is_kept_where_the_agent_stands_as_that_outcome_left_it(shop: Orchestrator) -> None:
    shop.load(["success"] * 12, days=0.01)
    roll_up(shop)

    standing = Standing.objects.get(agent=shop.agent)
    row = bucket(shop, BucketSize.DAY)
    assert standing.trust_low is not None
    assert (row.trust_low, row.trust_high) == (standing.trust_low, standing.trust_high)


def test_no_band_is_claimed_for_what_the_agent_has_left_behind(shop: Orchestrator) -> None:
    shop.load(["success"] * 12, days=3.0)
    roll_up(shop)

    rows = agent_buckets(
        agent=shop.agent, size=BucketSize.DAY, since=NOON - timedelta(days=4), until=NOON
    )
    assert [row.trust is not None for row in rows] == [True] * 4
    assert [row.trust_low is not None for row in rows] == [False, False, False, True]


def test_outcomes_older_than_a_bucket_is_kept_make_none(shop: Orchestrator) -> None:
    worked(shop, "t-1", at=NOON - timedelta(days=5))
    roll_up(shop)

    assert sorted(AgentBucket.objects.values_list("size", flat=True)) == ["day", "hour"]


def test_batches_end_where_one_is_not_full(
    shop: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollups, "OUTCOMES_AT_ONCE", 2)
    monkeypatch.setattr(rollup_outcomes, "OUTCOMES_AT_ONCE", 2)
    shop.load(["success"] * 5, days=0.001)

    assert roll_up(shop) == 3
    assert bucket(shop, BucketSize.DAY).outcomes == 5


def test_an_outcome_still_being_written_is_waited_for(shop: Orchestrator) -> None:
    worked(shop, "t-1")
    with transaction.atomic():
        worked(shop, "t-2")
        elsewhere(shop)
    assert bucket(shop).outcomes == 1

    roll_up(shop)

    assert bucket(shop).outcomes == 2


def elsewhere(shop: Orchestrator) -> None:
    """Roll up in a connection of its own, and wait for it."""

    def work() -> None:
        try:
            roll_up(shop)
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_a_roll_up_that_dies_counts_nothing(
    shop: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(**_: object) -> None:
        raise RuntimeError("killed")

    worked(shop, "t-1")
    with monkeypatch.context() as broken:
        broken.setattr(rollups, "fleet_stand_step", dies)
        assert fleets_roll_up() == 0
    assert not AgentBucket.objects.exists()

    assert fleets_roll_up() == 1
    assert bucket(shop).outcomes == 1


def test_an_archived_fleet_is_not_rolled_up(shop: Orchestrator) -> None:
    fleet_archive(fleet=shop.fleet, actor="adam", reason="It is over.")

    assert fleets_roll_up() == 0


def test_what_the_gate_was_asked_is_counted_by_hour_and_cell(
    shop: Orchestrator, clock: Clock
) -> None:
    shop.ask()
    clock.forward(hours=1)
    shop.ask("refund")
    shop.report(shop.ask().task, "failure", cost_usd="2")
    roll_up(shop)
    roll_up(shop)

    first, second = CellHour.objects.order_by("starts_at")
    assert (first.starts_at, first.asked, first.allowed) == (NOON, 1, 1)
    assert (first.task_type, first.tier) == ("stateless", "low")
    assert (second.asked, second.allowed, second.escalated, second.denied) == (2, 1, 1, 0)
    assert (second.outcomes, second.failures, second.cost_usd) == (1, 1, Decimal(2))


def test_recorded_work_belongs_to_no_cell(shop: Orchestrator) -> None:
    worked(shop, "t-1")
    roll_up(shop)

    assert not CellHour.objects.exists()


def test_a_long_history_of_questions_is_counted_week_by_week(
    shop: Orchestrator, clock: Clock
) -> None:
    for days in (20, 3):
        DecisionFactory(
            task__agent=shop.agent, task__fleet=shop.fleet, created_at=NOON - timedelta(days=days)
        )

    assert roll_up(shop) == 3
    assert CellHour.objects.count() == 2
    assert RollupMark.objects.get().asked_until == clock()


def test_a_question_that_was_being_written_is_counted_the_next_time(
    shop: Orchestrator, clock: Clock
) -> None:
    shop.ask()
    roll_up(shop)
    DecisionFactory(
        task__agent=shop.agent, task__fleet=shop.fleet, created_at=clock() - timedelta(minutes=10)
    )
    roll_up(shop)

    assert sorted(CellHour.objects.values_list("asked", flat=True)) == [1, 1]


def test_how_the_fleet_stands_is_seen_each_time(shop: Orchestrator, clock: Clock) -> None:
    fleet = FleetFactory()
    for trust, fields in (
        (0.2, {"breaker_state": BreakerState.OPEN.value}),
        (0.4, {"hold": Hold.FORCED_OPEN.value, "hold_origin": HoldOrigin.PERSON.value}),
        (0.6, {"breaker_state": BreakerState.HALF_OPEN.value, "tier": Tier.MEDIUM.value}),
        (0.8, {"tier": Tier.HIGH.value}),
        (None, {}),
    ):
        agent = AgentFactory(fleet=fleet, standing=None)
        Standing.objects.create(agent=agent, state={}, trust=trust, updated_at=NOON, **fields)
    fleet_roll_up(fleet_id=fleet.pk)
    clock.forward(minutes=1)
    fleet_roll_up(fleet_id=fleet.pk)

    rows = FleetBucket.objects.filter(fleet=fleet)
    assert sorted(rows.values_list("size", flat=True)) == ["5min", "day", "hour"]
    row = rows.get(size="5min")
    assert (row.starts_at, row.taken_at) == (NOON, clock())
    assert (row.agents, row.scored, row.high, row.medium, row.low) == (5, 4, 1, 1, 3)
    assert (row.frozen, row.probation) == (2, 1)
    assert [row.trust_p10, row.trust_p50, row.trust_p90] == pytest.approx([0.26, 0.5, 0.74])
    assert rolled_up_until(fleet=fleet) == clock()


def test_the_first_time_days_are_made_from_what_was_kept_of_them(shop: Orchestrator) -> None:
    yesterday = NOON - timedelta(days=1)
    for each, (trust, tier) in enumerate([(0.5, Tier.MEDIUM), (0.9, Tier.HIGH)]):
        TrustDay.objects.create(
            agent=AgentFactory(fleet=shop.fleet, external_id=f"a-{each}"),
            day=yesterday.date(),
            trust=trust,
            tier=tier.value,
            outcomes=20,
            breaker_state=BreakerState.OPEN.value,
            created_at=yesterday,
        )
    roll_up(shop)

    row = FleetBucket.objects.get(fleet=shop.fleet, starts_at=BucketSize.DAY.start(yesterday))
    assert (row.size, row.taken_at) == ("day", yesterday)
    assert (row.agents, row.scored, row.high, row.medium, row.frozen) == (2, 2, 1, 1, 2)
    assert row.trust_p50 == pytest.approx(0.7)


def test_a_fleet_is_rolled_up_until_the_first_report_that_waits(
    shop: Orchestrator, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollups, "BATCHES_AT_ONCE", 1)
    monkeypatch.setattr(rollups, "OUTCOMES_AT_ONCE", 1)
    monkeypatch.setattr(rollup_outcomes, "OUTCOMES_AT_ONCE", 1)
    worked(shop, "t-1")
    waits = clock.forward(minutes=1)
    worked(shop, "t-2")
    clock.forward(minutes=1)
    roll_up(shop)

    assert rolled_up_until(fleet=shop.fleet) == waits


def test_buckets_and_cells_past_their_time_are_forgotten_in_batches(
    shop: Orchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollups, "FORGOTTEN_AT_ONCE", 1)
    kept, past = NOON - timedelta(days=399), NOON - timedelta(days=401)
    for at in (kept, past, past - timedelta(days=1)):
        day = {"starts_at": BucketSize.DAY.start(at), "size": BucketSize.DAY.value}
        AgentBucketFactory(agent=shop.agent, **day)
        FleetBucketFactory(fleet=shop.fleet, **day)
        CellHourFactory(fleet=shop.fleet, starts_at=BucketSize.HOUR.start(at))

    assert buckets_prune() == 6
    for model in (AgentBucket, FleetBucket, CellHour):
        assert [row.starts_at.date() for row in model.objects.all()] == [kept.date()]


def test_a_fleet_keeps_its_sums_as_long_as_its_own_policy_says(shop: Orchestrator) -> None:
    plain = policy_to_plain(policy_default())
    plain["retention"] |= {"days_days": 500, "cells_days": 500}
    longer = FleetFactory()
    longer.policy = PolicyVersionFactory(fleet=longer, number=7, body=plain)
    longer.save()
    past = BucketSize.DAY.start(NOON - timedelta(days=450))
    for fleet in (shop.fleet, longer):
        FleetBucketFactory(fleet=fleet, size=BucketSize.DAY.value, starts_at=past)
        CellHourFactory(fleet=fleet, starts_at=past)

    assert buckets_prune() == 2
    assert FleetBucket.objects.get().fleet == longer
    assert CellHour.objects.get().fleet == longer


def test_a_batch_of_events_is_bounded(shop: Orchestrator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollups, "EVENTS_AT_ONCE", 2)
    monkeypatch.setattr(rollup_cells, "EVENTS_AT_ONCE", 2)
    shop.fleet.refresh_from_db()

    assert roll_up(shop) > shop.fleet.event_seq // 2
    assert RollupMark.objects.get().event_seq == shop.fleet.event_seq
