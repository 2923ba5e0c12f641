from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from escalations.models import Ticket
from governance.domain.types import Enforcement
from governance.models import Agent, BreakerTransition, Event, Standing, Task
from governance.refusals import ConflictError
from governance.services.batches import outcomes_load
from governance.services.schemas import OutcomeItem

if TYPE_CHECKING:
    from governance.models import Fleet
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

MANDATE = {"tools": ["read", "refund"], "environments": ["production"], "level": "MEDIUM"}


def standing() -> Standing:
    return Standing.objects.get(agent__external_id="shop-bot")


def running(shop: Orchestrator, **fields: Any) -> Task:
    shop.agent_new("shop-bot", mandate=MANDATE)
    task = shop.ask(**fields).task
    shop.start(task)
    return task


def test_a_forbidden_tool_freezes_and_latches_at_once(shop: Orchestrator) -> None:
    task = running(shop)

    beat = shop.beat(task, tools_used=["read", "wipe"])

    assert beat.verdict == "stop"
    assert (standing().breaker_state, standing().hold) == ("OPEN", "LATCHED")
    move = BreakerTransition.objects.get()
    assert move.reason == (
        "During a task with read it used wipe: nobody approved that, and its mandate"
        " (read, refund) does not name it."
    )
    assert Event.objects.get(name="breaker.latched").payload["critical"] is True
    assert Ticket.objects.get(kind="release").approvals_needed == 2


def test_the_same_tool_reported_again_changes_nothing_more(shop: Orchestrator) -> None:
    task = running(shop)
    shop.beat(task, tools_used=["wipe"])

    shop.beat(task, tools_used=["wipe", "rm"])

    assert standing().breaker_level == 1
    assert BreakerTransition.objects.count() == 1


def test_the_stopped_task_is_told_its_own_reason_and_not_the_freeze(shop: Orchestrator) -> None:
    task = running(shop)

    shop.beat(task, tools_used=["wipe"])

    stopped = Event.objects.get(name="task.stop_requested")
    assert stopped.payload["reason"].startswith("Now Critical, approved as Low.")


def test_a_tool_of_the_mandate_may_join(shop: Orchestrator) -> None:
    task = running(shop)

    shop.beat(task, tools_used=["refund"])

    assert standing().breaker_state == "CLOSED"


def test_in_shadow_a_forbidden_tool_is_recorded_and_stops_nothing(
    shop: Orchestrator, fleet: Fleet
) -> None:
    task = running(shop)
    Agent.objects.filter(external_id="shop-bot").update(enforcement=Enforcement.SHADOW.value)

    beat = shop.beat(task, tools_used=["wipe"])

    assert beat.verdict == "continue"
    assert BreakerTransition.objects.get().enforced is False
    task.refresh_from_db()
    assert task.stop_requested_at is None


def test_spending_beyond_the_hard_cap_latches(shop: Orchestrator) -> None:
    task = running(shop, budget_usd="10")
    assert task.spend_cap_usd == 5

    shop.beat(task, spent_usd="10.01")

    assert standing().hold == "LATCHED"
    assert BreakerTransition.objects.get().reason == (
        "One task spent $10.01; its cap is $5.00 and nothing may exceed $10.00."
    )


def test_spending_up_to_the_hard_cap_only_stops_the_task(shop: Orchestrator) -> None:
    task = running(shop, budget_usd="10")

    beat = shop.beat(task, spent_usd="10.00")

    assert beat.verdict == "stop"
    assert standing().hold == "none"


def test_a_cost_beyond_the_hard_cap_latches_when_it_is_reported(shop: Orchestrator) -> None:
    task = running(shop, budget_usd="10")

    outcome = shop.report(task, cost_usd="12")

    assert outcome.result == "success"
    assert BreakerTransition.objects.get().arguments["reason"] == "hard_cap"


def test_cents_above_a_cap_never_freeze(shop: Orchestrator) -> None:
    task = running(shop, budget_usd="0.02")

    shop.report(task, cost_usd="0.90")

    assert standing().hold == "none"


def test_work_that_was_denied_and_done_all_the_same_latches(shop: Orchestrator) -> None:
    shop.agent_new("shop-bot", mandate={**MANDATE, "tools": ["read"]})
    denied = shop.ask("wipe").task
    assert denied.state == "DENIED"

    with pytest.raises(ConflictError, match="only a running task has an outcome"):
        shop.report(denied, "success")

    assert standing().hold == "LATCHED"
    assert BreakerTransition.objects.get().reason == (
        "It did a task with wipe although it was denied."
    )


def test_work_done_while_people_are_asked_latches(shop: Orchestrator) -> None:
    waits = shop.ask("refund").task

    with pytest.raises(ConflictError):
        shop.report(waits, "partial")

    assert "while people were still asked" in BreakerTransition.objects.get().reason


def test_a_denied_task_reported_as_denied_is_only_refused(shop: Orchestrator) -> None:
    shop.agent_new("shop-bot", mandate={**MANDATE, "tools": ["read"]})
    denied = shop.ask("wipe").task

    with pytest.raises(ConflictError):
        shop.report(denied, "denied")

    assert standing().breaker_state == "CLOSED"


def test_a_reported_violation_of_a_policy_latches(shop: Orchestrator) -> None:
    task = running(shop)

    shop.report(task, "failure", error_code="policy_violation")

    assert BreakerTransition.objects.get().arguments["reason"] == "policy_violation"


def test_a_batch_tells_of_the_same_events(shop: Orchestrator, clock: Clock) -> None:
    shop.agent_new("shop-bot", mandate={**MANDATE, "tools": ["read"]})
    denied = shop.ask("wipe").task
    item = {
        "task_id": denied.external_id,
        "agent": "shop-bot",
        "finished_at": clock.now,
        "result": "success",
        "requested_by": "job:nightly",
    }

    (result,) = outcomes_load(key=shop.key, items=[msgspec.convert(item, OutcomeItem)])

    assert result.status == "rejected"
    assert standing().hold == "LATCHED"


def test_a_batch_tells_of_a_cost_beyond_the_hard_cap(shop: Orchestrator, clock: Clock) -> None:
    task = running(shop, budget_usd="10")
    item = {
        "task_id": task.external_id,
        "agent": "shop-bot",
        "finished_at": clock.now,
        "result": "success",
        "requested_by": "job:nightly",
        "cost_usd": "11",
    }

    outcomes_load(key=shop.key, items=[msgspec.convert(item, OutcomeItem)])

    assert standing().hold == "LATCHED"


def test_recorded_history_never_latches(shop: Orchestrator) -> None:
    shop.load(["success"] * 3)

    assert standing().hold == "none"
