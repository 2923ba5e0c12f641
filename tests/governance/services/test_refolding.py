from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from governance.domain.types import BreakerMode, Result
from governance.models import (
    Beginning,
    BreakerTransition,
    DriftAlarm,
    Event,
    FormerKin,
    Outcome,
    Refresh,
    Standing,
    StateSnapshot,
)
from governance.selectors.agents import agent_lock
from governance.selectors.clock import clock_now
from governance.selectors.policies import policy_in_force
from governance.services.batches import outcomes_load
from governance.services.breakers import agent_freeze, agent_release
from governance.services.drift import drift_acknowledge_step
from governance.services.modes import agent_mode_set
from governance.services.probation import breakers_sweep
from governance.services.refolding import agent_refold
from governance.services.refresh import fleet_refresh
from governance.services.schemas import OutcomeItem
from tests.publishing import policy_publish

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

# Refreshes read what other transactions have committed: these tests really commit.
pytestmark = pytest.mark.django_db(transaction=True)


def difference(shop: Orchestrator, name: str = "shop-bot") -> str | None:
    """Return what a re-fold of the agent finds; it must have had facts to fold."""
    standing = Standing.objects.get(agent__external_id=name)
    refolded = agent_refold(agent_id=standing.agent_id)
    assert refolded is not None
    assert refolded.facts > 0
    return refolded.difference


def moves(name: str = "shop-bot") -> set[str]:
    rows = BreakerTransition.objects.filter(agent__external_id=name)
    return set(rows.values_list("move", flat=True))


def freeze(shop: Orchestrator, clock: Clock, failures: int = 4) -> None:
    """Fail until the breaker trips: four of four, of an agent that never fails."""
    for _ in range(failures):
        clock.forward(minutes=1)
        shop.work("failure")


def fail_at_once(shop: Orchestrator, name: str, failures: int) -> None:
    """Load failures of just now in one batch."""
    items = [
        OutcomeItem(
            task_id=f"{name}-failed-{index}",
            agent=name,
            finished_at=clock_now(),
            result=Result.FAILURE,
            requested_by=f"person:{index % 3}",
        )
        for index in range(failures)
    ]
    results = outcomes_load(key=shop.key, items=items)
    assert {result.status for result in results} == {"stored"}


def test_freezes_sweeps_probes_and_releases_fold_to_the_same_state(
    shop: Orchestrator, clock: Clock
) -> None:
    shop.load(["success"] * 100)
    fleet_refresh(fleet_id=shop.fleet.pk)
    freeze(shop, clock)
    clock.forward(hours=5)
    breakers_sweep()
    for _ in range(7):
        shop.work()
    freeze(shop, clock, failures=3)
    agent_release(
        fleet=shop.fleet, agent_external_id="shop-bot", user=shop.crew.mona, reason="Looked at."
    )
    clock.forward(hours=200)
    breakers_sweep()

    found = difference(shop)

    assert found is None
    assert moves() == {"tripped", "probation_started", "closed", "released_early", "starved"}
    assert Refresh.objects.count() == 2


def test_what_people_do_to_a_breaker_folds_to_the_same_state(
    shop: Orchestrator, clock: Clock
) -> None:
    shop.load(["success"] * 50)
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita", reason="Odd.")
    clock.forward(minutes=3)
    agent_release(
        fleet=shop.fleet, agent_external_id="shop-bot", user=shop.crew.rita, reason="Fine."
    )
    shop.work("failure")
    agent_mode_set(
        fleet=shop.fleet,
        agent_external_id="shop-bot",
        mode=BreakerMode.SHADOW,
        user=shop.crew.adam,
        reason="A drill.",
    )
    fail_at_once(shop, "shop-bot", 9)

    found = difference(shop)

    assert found is None
    assert moves() == {"forced_open", "released", "mode_changed", "probation_failed"}


def test_a_late_outcome_folds_to_the_same_state(shop: Orchestrator, clock: Clock) -> None:
    shop.load(["success"] * 100)
    slow = shop.ask().task
    shop.start(slow)
    freeze(shop, clock)
    clock.forward(hours=5)
    breakers_sweep()
    shop.report(slow, "failure")

    found = difference(shop)

    assert found is None
    assert Outcome.objects.get(task=slow).late


def test_a_trip_over_the_cap_folds_to_the_same_state(shop: Orchestrator, clock: Clock) -> None:
    shop.agent_new("other-bot")
    shop.load(["success"] * 100, agent="other-bot")
    shop.load(["success"] * 100)
    fail_at_once(shop, "other-bot", 9)
    freeze(shop, clock)

    found = difference(shop), difference(shop, "other-bot")

    assert found == (None, None)
    assert (moves("other-bot"), moves()) == ({"tripped"}, {"overflow"})


def test_drift_that_people_acknowledged_folds_to_the_same_state(
    shop: Orchestrator, clock: Clock
) -> None:
    for cost in ["0.10"] * 60 + ["0.60"] * 20:
        clock.forward(minutes=10)
        shop.report(shop.ask().task, cost_usd=cost)
    with transaction.atomic():
        agent = agent_lock(shop.agent.pk)
        drift_acknowledge_step(agent=agent, rebaseline=True, actor="rita", now=clock_now())
    for _ in range(5):
        shop.report(shop.ask().task, cost_usd="0.60")

    found = difference(shop)

    assert found is None
    assert DriftAlarm.objects.exclude(acknowledged_fact=None).count() == 1


def test_an_agent_that_changed_hands_folds_beside_its_former_kin(
    shop: Orchestrator, clock: Clock
) -> None:
    shop.agent_new("sister", template="buyer")
    shop.agent_new("heir", template="buyer")
    shop.load(["failure", "success"] * 30, agent="sister")
    fleet_refresh(fleet_id=shop.fleet.pk)
    shop.load(["success"] * 20, agent="heir")
    shop.agent_new("heir", owner="mona")
    clock.forward(minutes=1)
    fail_at_once(shop, "heir", 1)

    found = difference(shop, "heir")

    assert found is None
    assert FormerKin.objects.get().template == "buyer"


def test_each_outcome_is_judged_by_the_policy_of_its_day(shop: Orchestrator, clock: Clock) -> None:
    shop.load(["success", "failure"] * 10)
    policy = policy_in_force(fleet=shop.fleet)[1]
    stricter = replace(policy, trust=replace(policy.trust, evidence_cap=50.0))
    policy_publish(fleet=shop.fleet, policy=stricter, user=shop.crew.adam, reason="Shorter.")
    clock.forward(minutes=1)
    shop.fleet.refresh_from_db()
    for _ in range(40):
        shop.work()

    found = difference(shop)

    assert found is None
    assert set(Outcome.objects.values_list("policy_number", flat=True)) == {1, 2}


def test_a_latch_on_a_critical_event_folds_to_the_same_state(shop: Orchestrator) -> None:
    shop.load(["success"] * 20)
    shop.report(shop.ask().task, cost_usd="50")

    found = difference(shop)

    assert found is None
    assert moves() == {"latched"}


def test_an_agent_without_a_beginning_starts_from_its_first_snapshot(shop: Orchestrator) -> None:
    shop.load(["success"] * 20)
    standing = Standing.objects.get(agent=shop.agent)
    StateSnapshot.objects.create(
        agent=shop.agent, fact=standing.facts, state=standing.state, created_at=clock_now()
    )
    Outcome.objects.filter(agent=shop.agent).update(result="failure")
    Beginning.objects.all().delete()
    shop.work()

    found = difference(shop)

    assert found is None


def test_a_state_changed_by_hand_is_told_and_left_as_it_is(shop: Orchestrator) -> None:
    shop.load(["success"] * 20)
    standing = Standing.objects.get(agent=shop.agent)
    standing.state["tier"] = "high"
    standing.save()

    found = difference(shop)

    told = Event.objects.get(name="agent.refold_differed")
    assert found == (
        "The history of shop-bot, folded again, differs from its state in 1 place;"
        " first tier: high live, medium folded again."
    )
    assert told.payload["sentence"] == found
    assert told.payload["live_digest"] != told.payload["refolded_digest"]
    standing.refresh_from_db()
    assert standing.state["tier"] == "high"


def test_an_outcome_changed_by_hand_is_found(shop: Orchestrator) -> None:
    shop.load(["success"] * 20)
    Outcome.objects.filter(agent=shop.agent, fact=7).update(result="failure")

    found = difference(shop)

    assert found is not None
    assert "0.0 live" in found


def test_a_move_that_cannot_be_made_again_is_told(shop: Orchestrator, clock: Clock) -> None:
    shop.load(["success"] * 100)
    freeze(shop, clock)
    clock.forward(hours=5)
    breakers_sweep()
    Outcome.objects.filter(result="failure").update(result="success")

    found = difference(shop)

    assert found == (
        "The history of shop-bot cannot be folded again:"
        " probation_started is not possible in state CLOSED with hold none."
    )


def test_a_re_fold_confirms_the_snapshots_it_arrives_at(shop: Orchestrator) -> None:
    shop.load(["success"] * 20)
    standing = Standing.objects.get(agent=shop.agent)
    right = StateSnapshot.objects.create(
        agent=shop.agent, fact=standing.facts, state=standing.state, created_at=clock_now()
    )
    wrong = StateSnapshot.objects.create(
        agent=shop.agent, fact=10, state=standing.state, created_at=clock_now()
    )

    agent_refold(agent_id=shop.agent.pk)

    right.refresh_from_db()
    wrong.refresh_from_db()
    assert right.confirmed_at == clock_now()
    assert wrong.confirmed_at is None
