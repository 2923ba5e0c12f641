"""A key bound to agents speaks for these alone, and asks in its own environment alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from governance.domain.types import Environment, Scope
from tests.governance.api.http import key_api

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator

WHY = {"reason": "It loops."}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tasks", None),
        ("agents/other-bot/freeze", WHY),
        ("agents/other-bot/pause", WHY),
    ],
)
def test_a_call_that_names_another_agent_is_refused(
    shop: Orchestrator, path: str, body: dict[str, Any] | None
) -> None:
    shop.agent_new("other-bot")
    bound = key_api(shop.fleet, tuple(Scope), agents=[shop.agent.pk])
    asked = msgspec.to_builtins(shop.body("read", external_id="t-1"))

    refused = bound.post(path, {**asked, "agent": "other-bot"} if body is None else body)

    assert (refused.status_code, refused.json()["code"]) == (403, "agent_not_of_key")


def test_a_bound_key_registers_no_other_agent(shop: Orchestrator) -> None:
    bound = key_api(shop.fleet, tuple(Scope), agents=[shop.agent.pk])
    mandate = {"tools": ["*"], "environments": ["production"], "level": "LOW"}

    refused = bound.put("agents/other-bot", {"name": "Other", "owner": "lena", "mandate": mandate})

    assert (refused.status_code, refused.json()["code"]) == (403, "agent_not_of_key")


def test_the_report_of_another_agents_work_is_left_out(shop: Orchestrator) -> None:
    shop.agent_new("other-bot")
    bound = key_api(shop.fleet, tuple(Scope), agents=[shop.agent.pk])
    items = [
        {
            "task_id": f"x-{agent}",
            "agent": agent,
            "finished_at": "2026-03-02T11:00:00Z",
            "result": "success",
            "requested_by": "job:nightly",
        }
        for agent in ("shop-bot", "other-bot")
    ]

    answered = bound.post("outcomes", {"items": items}).json()

    assert [each["status"] for each in answered["results"]] == ["stored", "rejected"]
    assert answered["results"][1]["error"]["code"] == "agent_not_of_key"


def test_a_task_of_another_environment_is_not_there(shop: Orchestrator) -> None:
    asked = shop.ask("read", external_id="t-1")
    staging = key_api(shop.fleet, tuple(Scope), environment=Environment.STAGING)

    refused = staging.post("tasks/t-1/cancel", WHY)

    assert asked.task.environment == Environment.PRODUCTION
    assert refused.status_code in {403, 404}
