from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from governance.models import Agent, Event, Standing
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
)
from governance.services.breakers import (
    agent_freeze,
    agent_pause,
    agent_release,
    agent_resume,
    pause_end,
    pauses_sweep,
)

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator


def test_a_person_freezes_once_and_another_releases_into_probation(shop: Orchestrator) -> None:
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita")
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="ravi")

    agent_release(
        fleet=shop.fleet, agent_external_id="shop-bot", user=shop.crew.rita, reason="Checked."
    )

    standing = Standing.objects.get(agent=shop.agent)
    assert (standing.breaker_state, standing.hold) == ("HALF_OPEN", "none")
    assert Event.objects.filter(name="breaker.forced_open").count() == 1


def test_the_owner_does_not_release_an_agent(shop: Orchestrator) -> None:
    agent_freeze(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita")

    with pytest.raises(ForbiddenError) as refused:
        agent_release(
            fleet=shop.fleet, agent_external_id="shop-bot", user=shop.crew.lena, reason="Mine."
        )

    assert refused.value.code == "own_agent"


def test_a_release_needs_a_reason_a_role_and_a_freeze(shop: Orchestrator) -> None:
    def release(user: object, reason: str) -> Agent:
        return agent_release(
            fleet=shop.fleet,
            agent_external_id="shop-bot",
            user=user,  # type: ignore[arg-type]
            reason=reason,
        )

    with pytest.raises(InvalidFieldError):
        release(shop.crew.rita, " ")
    with pytest.raises(ForbiddenError):
        release(shop.crew.otto, "Please.")
    with pytest.raises(ConflictError, match="is not frozen"):
        release(shop.crew.rita, "Checked.")


def test_a_pause_ends_at_its_time_and_the_agent_works_again(
    shop: Orchestrator, clock: Clock
) -> None:
    until = clock() + timedelta(minutes=30)
    agent_pause(
        fleet=shop.fleet, agent_external_id="shop-bot", actor="rita", reason="Upgrade.", until=until
    )
    paused = shop.ask().decision
    early = pauses_sweep()
    clock.forward(minutes=30)

    unswept = shop.ask().decision.verdict
    swept, again = pauses_sweep(), pauses_sweep()

    assert (paused.verdict, unswept) == ("deny", "allow")
    assert paused.limits["retry_after_s"] == 1800
    assert (early, swept, again) == (0, 1, 0)
    assert Agent.objects.get(external_id="shop-bot").paused_at is None
    assert Event.objects.get(name="agent.paused").payload["until"] == until.isoformat()
    told = Event.objects.get(name="agent.resumed")
    assert (told.actor, told.payload["reason"]) == (
        "sweeper",
        "The time for which it was paused has ended.",
    )


def test_a_pause_that_is_over_is_no_obstacle_to_the_next(shop: Orchestrator, clock: Clock) -> None:
    until = clock() + timedelta(minutes=30)
    agent_pause(
        fleet=shop.fleet, agent_external_id="shop-bot", actor="rita", reason="Upgrade.", until=until
    )
    clock.forward(minutes=30)

    again = agent_pause(
        fleet=shop.fleet, agent_external_id="shop-bot", actor="ravi", reason="Once more."
    )

    assert (again.paused_by, again.pause_until) == ("ravi", None)
    assert not pause_end(agent_id=again.pk)


def test_a_pause_cannot_end_in_the_past(shop: Orchestrator, clock: Clock) -> None:
    with pytest.raises(InvalidFieldError, match="A pause ends in the future"):
        agent_pause(
            fleet=shop.fleet,
            agent_external_id="shop-bot",
            actor="rita",
            reason="Upgrade.",
            until=clock(),
        )


def test_a_pause_is_ended_by_a_manager(shop: Orchestrator) -> None:
    def resume(user: object) -> Agent:
        return agent_resume(
            fleet=shop.fleet,
            agent_external_id="shop-bot",
            user=user,  # type: ignore[arg-type]
            reason="Done.",
        )

    agent_pause(fleet=shop.fleet, agent_external_id="shop-bot", actor="rita", reason="Upgrade.")
    agent_pause(fleet=shop.fleet, agent_external_id="shop-bot", actor="ravi", reason="Again.")

    with pytest.raises(ForbiddenError):
        resume(shop.crew.rita)
    assert resume(shop.crew.mona).paused_at is None
    with pytest.raises(ConflictError, match="not paused"):
        resume(shop.crew.mona)
