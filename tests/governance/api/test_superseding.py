"""Asking again with other arguments, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.governance.api.http import Api, key_api

if TYPE_CHECKING:
    from tests.governance.services.orchestrator import Orchestrator


@pytest.fixture
def api(shop: Orchestrator) -> Api:
    """A caller whose task t-1, a refund, waits for people, and whose t-2 runs unasked."""
    api = key_api(shop.fleet)
    assert api.post("tasks", msgspec.to_builtins(shop.body("refund"))).status_code == 201
    assert api.post("tasks", msgspec.to_builtins(shop.body("read"))).status_code == 201
    return api


def _again(shop: Orchestrator, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(shop.body("refund"))
    return {**body, "arguments": {"order": 12}, "supersedes": "t-1", **fields}


def test_the_new_task_is_answered_and_the_former_reads_as_withdrawn(
    api: Api, shop: Orchestrator
) -> None:
    answered = api.post("tasks", _again(shop))

    former = api.get("tasks/t-1").json()
    assert (answered.status_code, answered.json()["ticket"]["number"]) == (201, 2)
    assert (former["state"], former["resolution"]["answer"]) == ("CANCELLED", "withdrawn")
    assert former["resolution"]["reason_code"] == "superseded"


@pytest.mark.parametrize(
    ("fields", "status", "code", "field", "value", "allowed"),
    [
        ({"supersedes": "t-9"}, 422, "supersedes_unknown", "supersedes", "t-9",
         "the external_id of a task of this agent that waits for people"),
        ({"operation": "shop.wipe"}, 422, "other_work", "supersedes", "t-1",
         "a task of the same agent, operation and tool"),
        ({"supersedes": "t-2", "operation": "shop.read", "tool": "read"}, 409,
         "supersedes_too_late", "supersedes", "t-2", "a task that waits for people"),
        ({"supersedes": ""}, 422, "invalid_field", "supersedes", "",
         "text of 1 to 120 characters, not only spaces"),
        ({"supersedes": None}, 422, "invalid_field", "supersedes", None,
         "text of 1 to 120 characters, not only spaces"),
        ({"external_id": "t-1"}, 409, "external_id_reused", "external_id", "t-1",
         "an external id that this fleet has not used, or the same body again"),
    ],
)  # fmt: skip
def test_what_cannot_be_superseded_is_refused_by_name(
    api: Api, shop: Orchestrator, fields: dict[str, Any], status: int, code: str, field: str,
    value: object, allowed: str,
) -> None:  # fmt: skip
    refused = api.post("tasks", _again(shop, **fields))

    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (status, code)
    assert (problem["field"], problem["value"], problem["allowed"]) == (field, value, allowed)
