from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from governance.models import Agent, Event, Standing
from governance.refusals import (
    ConflictError,
    ForbiddenError,
    InvalidFieldError,
)
from governance.services.breakers import agent_freeze, agent_pause, agent_release, agent_resume

if TYPE_CHECKING:
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
