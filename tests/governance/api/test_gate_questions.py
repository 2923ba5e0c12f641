"""What a call of the gate asks of the database: each question costs about 0.1 ms of processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

if TYPE_CHECKING:
    from tests.governance.api.http import Api
    from tests.governance.services.orchestrator import Orchestrator

KEY = "the key, its fleet and the time"
# The task names the agent, whose lock comes first; what is read before a lock may change.
LOCKED = (
    "the task, for its agent",
    "the agent's lock",
    "the agent with fleet and standing, as they are under its lock",
    "the task under its own lock",
)
WORK = (
    "what the agent has open and has spent",
    "what its owner has at stake, where the task has money",
    "the tool, and the agent's past with it",
)
# The time of each service's own transaction stands still in tests: it is one question more.
QUESTIONS = {
    "tasks": (
        KEY,
        *LOCKED[1:3],
        "whether the name is taken",
        *WORK,
        "task and decision, written",
    ),
    "start": (KEY, *LOCKED, "the first decision", *WORK, "the decision, written", "the task, too"),
    "heartbeat": (KEY, *LOCKED, "the totals, written", "what was decided", *WORK),
    "outcome": (
        KEY,
        *LOCKED,
        "whether it was told before",
        "the task, written",
        "the agent's share of the last refresh",
        "the standing, written",
        "the outcome, written",
    ),
    "cancel": (KEY, *LOCKED, "the task, written", "its grants", "the first decision"),
}


def read(shop: Orchestrator, external_id: str) -> dict[str, Any]:
    return dict(msgspec.to_builtins(shop.body("read", external_id=external_id)))


def body_of(call: str, task: dict[str, Any]) -> dict[str, Any]:
    bodies: dict[str, dict[str, Any]] = {
        "start": {"action_digest": task["action_digest"]},
        "heartbeat": {"steps": 1},
        "outcome": {"result": "success"},
        "cancel": {"reason": "No longer wanted."},
    }
    return bodies[call]


def questions(api: Api, path: str, body: dict[str, Any]) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        answered = api.post(path, body)
    assert answered.status_code < 300, answered.content
    asked = [each["sql"] for each in seen.captured_queries]
    return [sql[:90] for sql in asked if "SAVEPOINT" not in sql]


@pytest.mark.parametrize("call", QUESTIONS)
def test_a_call_asks_what_it_needs_and_nothing_twice(
    shop: Orchestrator, api: Api, call: str
) -> None:
    # What a process reads once, and what is written once a minute.
    first = api.post("tasks", read(shop, "t-1")).json()
    api.post(f"tasks/{first['id']}/outcome", {"result": "success"})
    if call == "tasks":
        path, body = "tasks", read(shop, "t-2")
    else:
        task = api.post("tasks", read(shop, "t-2")).json()
        if call == "heartbeat":
            api.post(f"tasks/{task['id']}/start", body_of("start", task))
        path, body = f"tasks/{task['id']}/{call}", body_of(call, task)

    asked = questions(api, path, body)

    assert len(asked) == len(QUESTIONS[call]), "\n".join(asked)
