from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from escalations.models import Ticket
from governance.domain.cascade import HeldChoice
from governance.models import Grant, Standing, Task
from governance.refusals import ConflictError
from governance.services.cancelling import task_cancel
from governance.services.fleets import fleet_halt
from governance.services.lapsing import unstarted_sweep
from governance.services.probation import breakers_sweep
from governance.services.standing import state_of
from tests.escalations.answering import approve
from tests.escalations.freezing import starve
from tests.governance.services.cascading import settle

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.escalations.people import Crew
    from tests.governance.services.orchestrator import Orchestrator


def freeze(shop: Orchestrator, name: str = "shop-bot") -> None:
    """Four failures of an agent that never failed: suspicion 10.96 against 9.2 for tier high."""
    shop.load(["success"] * 100, agent=name)
    for _ in range(4):
        shop.report(shop.ask(agent=name).task, "failure")


def on_probation(shop: Orchestrator, clock: Clock) -> None:
    freeze(shop)
    clock.forward(minutes=20)
    breakers_sweep()


def resume(shop: Orchestrator, task: Task) -> None:
    """Let go on what was queued when its agent was frozen, and is held since."""
    settle(task, HeldChoice.RESUME)


def withdraw(shop: Orchestrator, task: Task) -> None:
    task_cancel(key=shop.key, task_id=task.pk, reason="Not needed.")


def standing(name: str = "shop-bot") -> Standing:
    return Standing.objects.get(agent__external_id=name)


def leased_until_s() -> float | None:
    return state_of(standing()).breaker.probation.lease_until_s


def test_a_task_allowed_before_the_freeze_is_a_probe_after_it(
    shop: Orchestrator, clock: Clock
) -> None:
    first, second = shop.ask("read").task, shop.ask("read").task
    freeze(shop)
    clock.forward(minutes=20)
    breakers_sweep()
    resume(shop, first)
    resume(shop, second)

    started = shop.start(first)
    with pytest.raises(ConflictError) as refused:
        shop.start(second)

    assert started.task.is_probe
    assert refused.value.code == "probation_busy"
    # An hour where the task names no time limit, and a minute over.
    assert leased_until_s() == (clock() + timedelta(minutes=61)).timestamp()


def test_a_withdrawn_probe_frees_its_place_at_once(shop: Orchestrator, clock: Clock) -> None:
    on_probation(shop, clock)
    withdraw(shop, shop.ask().task)

    again = shop.ask()

    assert (again.decision.verdict, again.task.is_probe) == ("allow", True)


def test_a_running_probe_that_is_withdrawn_frees_its_place_too(
    shop: Orchestrator, clock: Clock
) -> None:
    on_probation(shop, clock)
    withdraw(shop, shop.start(shop.ask().task).task)

    assert shop.ask().task.is_probe


def test_a_probe_that_was_never_started_frees_its_place_when_it_expires(
    shop: Orchestrator, clock: Clock
) -> None:
    on_probation(shop, clock)
    probe = shop.ask(time_limit_s=2 * 24 * 3600).task
    clock.forward(hours=24)

    assert unstarted_sweep() == 1
    assert Task.objects.get(pk=probe.pk).state == "EXPIRED"
    assert leased_until_s() is None


def test_a_stale_probe_that_reports_leaves_the_newer_one_its_place(
    shop: Orchestrator, clock: Clock
) -> None:
    on_probation(shop, clock)
    stale = shop.start(shop.ask().task).task
    clock.forward(minutes=61)
    newer = shop.ask().task
    shop.report(stale)

    third = shop.ask()

    assert newer.is_probe
    assert third.decision.reasons[0]["code"] == "probation_busy"


def test_a_stale_probe_that_is_withdrawn_leaves_the_newer_one_its_place(
    shop: Orchestrator, clock: Clock
) -> None:
    on_probation(shop, clock)
    stale = shop.ask().task
    clock.forward(minutes=61)
    shop.ask()
    withdraw(shop, stale)

    assert shop.ask().decision.reasons[0]["code"] == "probation_busy"


def test_a_stale_probe_does_not_start_beside_the_newer_one(
    shop: Orchestrator, clock: Clock
) -> None:
    on_probation(shop, clock)
    stale = shop.ask().task
    clock.forward(minutes=61)
    shop.ask()

    with pytest.raises(ConflictError) as refused:
        shop.start(stale)

    assert refused.value.code == "probation_busy"


def test_a_probe_that_starts_late_takes_its_place_again(shop: Orchestrator, clock: Clock) -> None:
    on_probation(shop, clock)
    probe = shop.ask().task
    clock.forward(minutes=61)
    shop.start(probe)

    assert shop.ask().decision.reasons[0]["code"] == "probation_busy"


def test_a_loaded_history_releases_no_agent_that_people_must_release(
    shop: Orchestrator, crew: Crew, clock: Clock
) -> None:
    starve(shop.agent, crew.rita, clock)
    clock.forward(days=1)

    shop.load(["success"] * 8, days=0.5)

    assert (standing().breaker_state, standing().awaits_release) == ("OPEN", True)


def test_an_agent_frozen_by_the_sweeper_is_stopped_like_any_other(
    shop: Orchestrator, clock: Clock
) -> None:
    shop.agent_new("ship-bot")
    freeze(shop)
    freeze(shop, "ship-bot")
    running = shop.start(shop.ask(agent="ship-bot").task).task
    assert standing("ship-bot").hold == "SUPERVISED"
    clock.forward(minutes=20)

    # The freeze of shop-bot ends, and with it what kept ship-bot from being frozen.
    breakers_sweep()

    assert standing("ship-bot").breaker_state == "OPEN"
    assert Task.objects.get(pk=running.pk).stop_requested_at == clock()


def test_no_grant_outlives_a_freeze_by_the_sweeper(
    shop: Orchestrator, crew: Crew, clock: Clock
) -> None:
    shop.agent_new("ship-bot")
    freeze(shop)
    freeze(shop, "ship-bot")
    clock.forward(minutes=20)
    task = shop.ask("refund", agent="ship-bot").task
    approve(Ticket.objects.get(task=task), crew.mona)

    breakers_sweep()

    assert Grant.objects.get(task=task).state == "REVOKED"


def test_one_broken_standing_holds_up_no_other(shop: Orchestrator, clock: Clock) -> None:
    shop.agent_new("ship-bot")
    freeze(shop)
    Standing.objects.filter(agent__external_id="ship-bot").update(
        breaker_state="OPEN", frozen_until=clock() - timedelta(hours=1), state={}
    )
    clock.forward(minutes=20)

    assert breakers_sweep() == 1
    assert standing().breaker_state == "HALF_OPEN"


def test_a_heartbeat_hears_of_a_halt_since_its_key_signed_in(shop: Orchestrator) -> None:
    task = shop.start(shop.ask("read").task).task
    fleet_halt(fleet=shop.fleet, actor="rita", reason="Drill.")

    assert shop.beat(task).verdict == "stop"
