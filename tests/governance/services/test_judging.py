from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from escalations.models import Ticket
from governance.domain.types import Scope
from governance.models import (
    BreakerTransition,
    Event,
    Outcome,
    Standing,
)
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError, RefusalError
from governance.services.batches import outcomes_load
from governance.services.outcomes import task_outcome
from governance.services.probation import breakers_sweep
from governance.services.schemas import OutcomeBody, OutcomeItem
from tests.clock import NOON

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def standing(name: str = "shop-bot") -> Standing:
    return Standing.objects.get(agent__external_id=name)


def item(**fields: Any) -> OutcomeItem:
    plain = {
        "agent": "shop-bot",
        "finished_at": NOON.isoformat(),
        "result": "success",
        "requested_by": "job:import",
    }
    return msgspec.convert({**plain, **fields}, OutcomeItem)


def freeze(shop: Orchestrator) -> None:
    """Four failures of an agent that never failed: suspicion 10.96 against 9.2 for tier high."""
    shop.load(["success"] * 100)
    for _ in range(4):
        shop.work("failure")


def latch(shop: Orchestrator, clock: Clock) -> None:
    """Freeze, then fail two probes after each freeze, until the fourth freeze of the week."""
    freeze(shop)
    for _ in range(3):
        clock.forward(hours=5)
        breakers_sweep()
        shop.work("failure")
        shop.work("failure")


def test_an_outcome_finishes_its_task_and_is_judged(shop: Orchestrator) -> None:
    outcome = shop.work("success")

    assert outcome.task is not None
    assert outcome.task.state == "FINISHED"
    assert outcome.expected == pytest.approx(0.1)  # the prior: 3 failures in 30
    assert standing().outcomes == 1


def test_a_low_allowed_task_may_skip_its_start(shop: Orchestrator) -> None:
    task = shop.ask("read").task

    shop.report(task)

    task.refresh_from_db()
    assert task.started_at == task.created_at


def test_a_waiting_task_has_no_outcome(shop: Orchestrator) -> None:
    task = shop.ask("refund").task

    with pytest.raises(ConflictError) as refused:
        shop.report(task)

    assert refused.value.code == "not_running"


@pytest.mark.parametrize(
    ("reported", "kept"),
    [(None, "0.200000"), ("0.1", "0.200000"), ("0.3", "0.300000")],
)
def test_a_task_cost_what_its_heartbeats_said_or_more(
    shop: Orchestrator, reported: str | None, kept: str
) -> None:
    task = shop.ask("read").task
    shop.start(task)
    shop.beat(task, spent_usd="0.2")

    outcome = shop.report(task, **({} if reported is None else {"cost_usd": reported}))

    assert str(outcome.cost_usd) == kept


def test_the_same_outcome_again_is_idle(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    first = shop.report(task)

    assert shop.report(task).pk == first.pk
    assert standing().outcomes == 1


def test_another_outcome_for_a_finished_task_is_a_conflict(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    shop.report(task, "success")

    with pytest.raises(ConflictError) as refused:
        shop.report(task, "failure")

    assert refused.value.code == "already_finished"


def test_the_key_that_asked_cannot_verify_its_own_work(shop: Orchestrator) -> None:
    task = shop.ask("read").task

    with pytest.raises(ForbiddenError) as refused:
        shop.report(task, verified_quality=1.0)

    assert (refused.value.code, refused.value.field) == ("verify_own_task", "verified_quality")


def test_verification_needs_its_scope(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    reporter = shop.key_new(scopes=[Scope.REPORT])
    body = msgspec.convert({"result": "success", "verified_by": "tests"}, OutcomeBody)

    with pytest.raises(ForbiddenError) as refused:
        task_outcome(key=reporter, task_id=task.pk, body=body)

    assert (refused.value.code, refused.value.field) == ("verify_scope", "verified_by")


def test_a_time_far_ahead_is_refused(shop: Orchestrator, clock: Clock) -> None:
    task = shop.ask("read").task
    ahead = (clock() + timedelta(seconds=61)).isoformat()

    with pytest.raises(InvalidFieldError) as refused:
        task_outcome(
            key=shop.key,
            task_id=task.pk,
            body=msgspec.convert({"result": "success", "finished_at": ahead}, OutcomeBody),
        )

    assert refused.value.field == "finished_at"


def test_a_good_history_earns_the_high_tier(shop: Orchestrator) -> None:
    shop.load(["success"] * 49 + ["failure"] + ["success"] * 50)

    assert standing().tier == "high"


def test_a_history_at_even_odds_stays_low(shop: Orchestrator) -> None:
    shop.load(["success", "failure"] * 50)

    assert standing().tier == "low"


def test_a_run_of_failures_freezes_the_agent(shop: Orchestrator) -> None:
    freeze(shop)

    assert standing().breaker_state == "OPEN"
    assert standing().tier == "low"
    assert BreakerTransition.objects.get().move == "tripped"
    assert Event.objects.filter(name="breaker.tripped").count() == 1
    assert shop.ask("read").decision.reasons[0]["code"] == "frozen"


def test_a_freeze_ends_in_probation_and_probes_close_it(shop: Orchestrator, clock: Clock) -> None:
    freeze(shop)
    clock.forward(minutes=20)

    moved = breakers_sweep()
    for _ in range(6):
        shop.work("success")

    assert moved == 1
    assert standing().breaker_state == "CLOSED"
    moves = BreakerTransition.objects.order_by("fact").values_list("move", flat=True)
    assert list(moves) == ["tripped", "probation_started", "closed"]


def test_probation_runs_one_probe_at_a_time(shop: Orchestrator, clock: Clock) -> None:
    freeze(shop)
    clock.forward(minutes=20)
    breakers_sweep()

    first, second = shop.ask("read"), shop.ask("read")

    assert (first.decision.verdict, first.task.is_probe) == ("allow", True)
    assert second.decision.reasons[0]["code"] == "probation_busy"


def test_the_fourth_freeze_in_a_week_asks_for_a_person(shop: Orchestrator, clock: Clock) -> None:
    latch(shop, clock)

    assert standing().hold == "LATCHED"
    assert Ticket.objects.get().kind == "release"


def test_a_latched_agent_is_left_alone_by_the_sweeper(shop: Orchestrator, clock: Clock) -> None:
    latch(shop, clock)
    clock.forward(days=2)

    assert breakers_sweep() == 0


def test_a_bad_item_never_loses_the_others(shop: Orchestrator) -> None:
    items: list[OutcomeItem | RefusalError] = [
        item(task_id="a"),
        InvalidFieldError("Not an item.", field="items[1]"),
        item(task_id="b", agent="nobody"),
        item(task_id="c"),
        item(task_id="a"),
        item(task_id="a", result="failure"),
    ]

    results = outcomes_load(key=shop.key, items=items)

    assert [result.status for result in results] == [
        "stored",
        "rejected",
        "rejected",
        "stored",
        "duplicate",
        "rejected",
    ]
    assert Outcome.objects.count() == 2


def test_a_batch_again_changes_nothing(shop: Orchestrator) -> None:
    shop.load(["success", "failure"])

    results = shop.load(["success", "failure"])

    assert [result.status for result in results] == ["duplicate", "duplicate"]
    assert standing().outcomes == 2


def test_a_batch_may_report_governed_tasks(shop: Orchestrator) -> None:
    task = shop.ask("read").task
    reported = item(task_id=task.external_id)

    outcomes_load(key=shop.key, items=[reported])

    task.refresh_from_db()
    assert task.state == "FINISHED"
    assert Outcome.objects.get().source == "job:nightly"
