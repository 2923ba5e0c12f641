"""Agents to be frozen, and the calls that freeze them, over the HTTP API only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from tests.e2e.stack import PROJECT

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

# Frozen by its breaker, by a person, or until a person releases it.
FROZEN = frozenset({"frozen", "forced_open", "latched"})
# Enough successes that four failures in a row are no chance.
PAST, SOURCES = 100, 4
FAILURES_MOST = 15
SCOPES = ("gate", "report", "read", "operate")


@dataclass(frozen=True, slots=True)
class BenchFleet:
    """The agents of each measurement: internal id by external id."""

    http: httpx.Client
    to_trip: Mapping[str, str]
    to_freeze: Mapping[str, str]
    to_obey: Mapping[str, str]

    def freeze(self, external_id: str) -> None:
        """Freeze an agent as an operator's program does."""
        self.post(f"agents/{external_id}/freeze", {"reason": "A measurement."})

    def trip(self, external_id: str) -> None:
        """Let an agent fail until its breaker trips.

        Raises:
            RuntimeError: if it does not.
        """
        for _ in range(FAILURES_MOST):
            if FROZEN & self.work(external_id, "failure"):
                return
        raise RuntimeError(f"{FAILURES_MOST} failures did not freeze {external_id}")

    def work(self, external_id: str, result: str) -> set[str]:
        """Ask for one harmless task and report its outcome; return why not, where it is denied.

        Raises:
            httpx.HTTPStatusError: where the outcome is refused, for the agent was frozen meanwhile.
        """
        task = self.post(
            "tasks",
            {
                "agent": external_id,
                "requested_by": "bench",
                "external_id": uuid4().hex,
                "title": "Read an order",
                "operation": "read",
                "tool": "read_orders",
                "arguments": {"order": 7},
                "plan": {"steps": 1, "agents": 1, "delegations": 0},
                "blast": {"U": "I"},
                "budget_usd": "0",
            },
        )
        if task["state"] == "DENIED":
            return {reason["code"] for reason in task["decision"]["reasons"]}
        self.post(f"tasks/{task['id']}/outcome", {"result": result, "cost_usd": "0"})
        return set()

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to one call."""
        answer = self.http.post(path, json=body, headers={"Idempotency-Key": uuid4().hex})
        answer.raise_for_status()
        return dict(answer.json())


def fleet_prepared(stack: Stack, *, rounds: int) -> BenchFleet:
    """Return a client with an operator's key, and new agents with a past."""
    http = httpx.Client(
        base_url=f"{stack.url}/api/v1/",
        headers={"Authorization": f"Bearer {_key(stack)}"},
        timeout=10,
    )

    def agents(kind: str, count: int) -> dict[str, str]:
        return dict(_agent(http, f"{kind}-{number:03}") for number in range(count))

    return BenchFleet(
        http,
        to_trip=agents("trips", rounds // 2),
        to_freeze=agents("stops", rounds - rounds // 2),
        to_obey=agents("obeys", rounds),
    )


def _agent(http: httpx.Client, external_id: str) -> tuple[str, str]:
    mandate = {"tools": ["read_orders"], "environments": ["production"], "level": "LOW"}
    body = {"name": external_id, "owner": "lena", "mandate": mandate, "budget_usd": "100"}
    agent = http.put(f"agents/{external_id}", json=body).raise_for_status().json()
    since = datetime.now(UTC) - timedelta(days=1)
    items = [
        {
            "task_id": f"{external_id}-{number}",
            "agent": external_id,
            "finished_at": (since + timedelta(seconds=number)).isoformat(),
            "result": "success",
            "requested_by": f"job:{number % SOURCES}",
            "cost_usd": "0.01",
            "budget_usd": "0.02",
            "duration_s": 0.2,
        }
        for number in range(PAST)
    ]
    http.post("outcomes", json={"items": items}).raise_for_status()
    return external_id, str(agent["id"])


def _key(stack: Stack) -> str:
    scopes = [word for scope in SCOPES for word in ("--scope", scope)]
    made = in_stack(stack, "create_key", "shop", "bench", "--environment", "production", *scopes)
    return made.strip()


def in_stack(stack: Stack, *command: str) -> str:
    """Return what a management command prints that runs beside the stack."""
    given = {name: text for name, text in os.environ.items() if not name.endswith("_URL")}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env={**given, "COUNTERSIGN_HOME": str(stack.home.root), "COUNTERSIGN_TESTING": "1"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
