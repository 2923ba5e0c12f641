from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from governance.domain.types import Environment
from governance.models import Interaction, Outcome
from governance.services.batch_results import ItemResult
from governance.services.batches import outcomes_load
from governance.services.interactions import interactions_load
from governance.services.keys import key_revoke
from governance.services.schemas import InteractionItem, OutcomeItem
from tests.clock import NOON
from tests.factories import TaskFactory
from tests.waiting import behind

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator


def outcome(**fields: Any) -> OutcomeItem:
    plain = {
        "agent": "shop-bot",
        "finished_at": NOON.isoformat(),
        "result": "success",
        "requested_by": "job:import",
    }
    return msgspec.convert({**plain, **fields}, OutcomeItem)


def exchange() -> InteractionItem:
    plain = {
        "id": "x-1",
        "occurred_at": NOON.isoformat(),
        "initiator": "shop-bot",
        "counterparty": "ship-bot",
    }
    return msgspec.convert(plain, InteractionItem)


def said(results: list[ItemResult]) -> list[tuple[str, str]]:
    return [(each.status, each.refusal.code if each.refusal else "") for each in results]


def test_a_key_of_another_environment_ends_no_task(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    key = shop.key_new(environment=Environment.DEVELOPMENT)

    results = outcomes_load(key=key, items=[outcome(task_id=task.external_id)])

    assert said(results) == [("rejected", "environment_of_key")]
    task.refresh_from_db()
    assert task.state == "READY"


def test_a_task_of_another_agent_is_named_as_such(shop: Orchestrator) -> None:
    shop.agent_new("ship-bot")
    task = shop.ask("read", agent="ship-bot").task

    results = outcomes_load(key=shop.key, items=[outcome(task_id=task.external_id)])

    assert said(results) == [("rejected", "invalid_field")]


@pytest.mark.django_db(transaction=True)
def test_two_batches_that_name_one_task_at_once_lose_nothing_else(shop: Orchestrator) -> None:
    shop.agent_new("ship-bot")
    first = [outcome(task_id="h-1")]
    second = [outcome(task_id="h-1", agent="ship-bot"), outcome(task_id="h-2", agent="ship-bot")]

    results = behind(
        lambda: outcomes_load(key=shop.key, items=first),
        lambda: outcomes_load(key=shop.key, items=second),
    )

    assert said(results.answer) == [("rejected", "already_finished"), ("stored", "")]
    assert Outcome.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_batch_of_interactions_sent_twice_at_once_is_stored_once(shop: Orchestrator) -> None:
    shop.agent_new("ship-bot")

    def load() -> list[ItemResult]:
        return interactions_load(key=shop.key, items=[exchange()])

    results = behind(load, load)

    assert said(results.answer) == [("duplicate", "")]
    assert Interaction.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_work_that_refers_to_a_key_waits_for_no_revocation(shop: Orchestrator) -> None:
    stored = behind(
        lambda: key_revoke(fleet=shop.fleet, key_id=shop.key.key_id, actor="adam"),
        lambda: TaskFactory(agent=shop.agent, key_id=shop.key.key_id),
    )

    assert not stored.waited
    assert stored.answer.key_id == shop.key.key_id
