from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from governance.models import Agent, Event
from governance.refusals import ConflictError, ForbiddenError, InvalidFieldError
from governance.selectors.agents import agent_lock_named
from governance.selectors.clock import clock_now
from governance.services.events import events_publish
from governance.services.mandates import mandate_lower_step, mandate_restore

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from tests.governance.services.orchestrator import Orchestrator


def lower(shop: Orchestrator, reason: str = "It drifts.") -> Agent:
    with transaction.atomic():
        agent = agent_lock_named(fleet=shop.fleet, external_id="shop-bot")
        now = clock_now()
        told = mandate_lower_step(agent=agent, actor="mona", reason=reason, now=now)
        events_publish(*told, now=now)
    return agent


def test_a_lowered_mandate_asks_a_person_one_level_earlier(shop: Orchestrator) -> None:
    shop.tool_new("note", {"write": "A", "reversibility": "E", "reach": "I", "data": "I"})
    before = shop.ask("note").decision

    lower(shop)

    after = shop.ask("note").decision
    assert (before.level, after.level) == ("MEDIUM", "MEDIUM")
    assert "above_mandate_level" not in {reason["code"] for reason in before.reasons}
    assert "above_mandate_level" in {reason["code"] for reason in after.reasons}
    told = Event.objects.get(name="agent.mandate_lowered")
    assert told.payload == {"before": "MEDIUM", "after": "LOW", "reason": "It drifts."}


def test_an_agent_that_reaches_only_low_alone_is_not_lowered_further(shop: Orchestrator) -> None:
    lower(shop)

    lower(shop)

    assert Event.objects.filter(name="agent.mandate_lowered").count() == 1


def test_describing_the_agent_again_does_not_lift_what_people_lowered(shop: Orchestrator) -> None:
    lower(shop)

    shop.agent_new(
        "shop-bot",
        mandate={"tools": ["*"], "environments": ["production"], "level": "HIGH"},
    )

    assert Agent.objects.get(external_id="shop-bot").level_alone == "LOW"


def test_a_manager_gives_a_mandate_back_and_a_reviewer_does_not(shop: Orchestrator) -> None:
    lower(shop)

    def restore(user: User, reason: str = "Mended.") -> Agent:
        return mandate_restore(
            fleet=shop.fleet, agent_external_id="shop-bot", user=user, reason=reason
        )

    with pytest.raises(ForbiddenError):
        restore(shop.crew.rita)
    with pytest.raises(InvalidFieldError):
        restore(shop.crew.mona, " ")
    agent = restore(shop.crew.mona)

    assert agent.level_alone == "MEDIUM"
    assert Event.objects.get(name="agent.mandate_restored").payload["after"] == "MEDIUM"
    with pytest.raises(ConflictError, match="not lowered"):
        restore(shop.crew.mona)
