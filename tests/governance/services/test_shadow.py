from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.models import BreakerTransition, Fleet, Standing, Task
from governance.services.breakers import agent_freeze, agent_release

if TYPE_CHECKING:
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def shadowed(shop: Orchestrator) -> Orchestrator:
    Fleet.objects.update(enforcement="shadow")
    shop.key.fleet.refresh_from_db()
    return shop


def running(shop: Orchestrator) -> Task:
    return shop.start(shop.ask().task).task


def trip(shop: Orchestrator) -> None:
    """Four failures of an agent that never failed: suspicion 10.96 against 9.2 for tier high."""
    shop.load(["success"] * 100)
    for _ in range(4):
        shop.work("failure")


def stopped(task: Task) -> bool:
    return Task.objects.get(pk=task.pk).stop_requested_at is not None


def test_a_trip_in_shadow_is_recorded_and_stops_nothing(shadowed: Orchestrator) -> None:
    task = running(shadowed)

    trip(shadowed)

    assert Standing.objects.get().breaker_state == "OPEN"
    assert BreakerTransition.objects.get().enforced is False
    assert not stopped(task)
    assert shadowed.beat(task).verdict == "continue"


def test_an_agent_of_its_own_in_shadow_is_not_stopped_either(shop: Orchestrator) -> None:
    task = running(shop)
    shop.agent.enforcement = "shadow"
    shop.agent.save(update_fields=["enforcement"])

    trip(shop)

    assert not stopped(task)


def test_what_a_person_does_acts_in_shadow_too(shadowed: Orchestrator, crew: Crew) -> None:
    task = running(shadowed)

    agent_freeze(fleet=shadowed.fleet, agent_external_id="shop-bot", actor="rita")
    agent_release(
        fleet=shadowed.fleet, agent_external_id="shop-bot", user=crew.rita, reason="A drill."
    )

    assert stopped(task)
    assert set(BreakerTransition.objects.values_list("enforced", flat=True)) == {True}
