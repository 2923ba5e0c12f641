from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from config.celery import app
from governance.models import Agent, Event, Standing, StateSnapshot, TrustDay
from governance.services import nightly
from governance.services.nightly import shard_refold, shard_snapshot, shards
from governance.tasks import refold, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def at_once() -> Iterator[None]:
    """Run what is handed to other workers here and now."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let histories of a few dozen facts count as long ones."""
    monkeypatch.setattr(nightly, "FACTS_A_SHARD", 100)
    monkeypatch.setattr(nightly, "SNAPSHOT_EVERY", 30)


def take(shop: Orchestrator) -> int:
    return shard_snapshot(first=shop.agent.pk, last=shop.agent.pk)


def test_shards_cover_every_agent_once_and_weigh_about_the_same(
    shop: Orchestrator, small: None
) -> None:
    for name in ("b", "c", "d"):
        shop.agent_new(name)
    shop.load(["success"] * 40)

    found = shards()

    ids = list(Agent.objects.order_by("pk").values_list("pk", flat=True))
    # 90 and 50 fill the first of 100; the other two agents have no facts, 50 each.
    assert found == [(ids[0], ids[1]), (ids[2], ids[3])]


def test_an_archived_fleet_has_no_shards(shop: Orchestrator, clock: Clock) -> None:
    shop.fleet.archived_at = clock()
    shop.fleet.save(update_fields=["archived_at"])

    assert shards() == []


def test_a_shard_tells_how_many_of_its_agents_differ(shop: Orchestrator) -> None:
    shop.agent_new("other-bot")
    shop.load(["success"] * 20)
    shop.load(["success"] * 10, agent="other-bot")
    state = Standing.objects.get(agent=shop.agent).state
    state["trust"]["outcomes"] = 21
    Standing.objects.filter(agent=shop.agent).update(state=state)
    (shard,) = shards()

    found = shard_refold(first=shard.first, last=shard.last)

    assert found == (2, 30, 1)
    assert Event.objects.filter(name="agent.refold_differed").count() == 1


def test_one_agent_that_cannot_be_read_holds_up_no_other(shop: Orchestrator) -> None:
    shop.agent_new("other-bot")
    shop.load(["success"] * 10, agent="other-bot")
    Standing.objects.filter(agent=shop.agent).update(state={})
    (shard,) = shards()

    found = shard_refold(first=shard.first, last=shard.last)

    assert found == (1, 10, 1)


def test_a_day_of_trust_is_kept_once_and_tells_too_little_from_none(
    shop: Orchestrator, clock: Clock
) -> None:
    shop.load(["success"] * 9)
    take(shop)
    clock.forward(days=1)
    shop.work()
    take(shop)
    clock.forward(hours=1)
    shop.work("failure")

    take(shop)

    first, second = TrustDay.objects.order_by("day")
    assert (first.day, first.trust, first.outcomes) == (date(2026, 3, 2), None, 9)
    assert (second.day, second.outcomes) == (date(2026, 3, 3), 10)
    assert second.trust is not None
    assert second.trust_low is not None
    assert second.trust_low < second.trust
    assert (second.tier, second.breaker_state) == ("low", "CLOSED")


def test_trust_of_an_idle_agent_is_kept_as_it_fades(shop: Orchestrator, clock: Clock) -> None:
    shop.load(["success"] * 60)
    take(shop)
    clock.forward(days=60)

    take(shop)

    before, after = TrustDay.objects.order_by("day")
    assert before.trust is not None
    assert after.trust is not None
    assert after.trust < before.trust


def test_a_state_is_kept_once_enough_facts_are_new(shop: Orchestrator, small: None) -> None:
    shop.load(["success"] * 29)
    early = take(shop)
    shop.work()
    due = take(shop)
    shop.work()

    again = take(shop)

    assert (early, due, again) == (0, 1, 0)
    assert StateSnapshot.objects.get().fact == 30


def test_a_night_keeps_days_and_states_and_confirms_them(
    shop: Orchestrator, small: None, at_once: None
) -> None:
    shop.load(["success"] * 40)

    found = snapshot(), refold()

    assert found == (1, 1)
    assert TrustDay.objects.count() == 1
    assert StateSnapshot.objects.get().confirmed_at is not None
    assert not Event.objects.filter(name="agent.refold_differed").exists()


def test_beat_knows_both_and_gives_them_to_the_queue_of_long_work() -> None:
    entries = [app.conf.beat_schedule[task.name] for task in (snapshot, refold)]

    assert [entry["options"]["queue"] for entry in entries] == ["scan", "scan"]
    assert [entry["schedule"].hour for entry in entries] == [{2}, {3}]
