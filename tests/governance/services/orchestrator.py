"""An orchestrator as the services meet it: one key, one agent, confirmed tools."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from governance.domain.types import Environment, Result, Scope
from governance.models import ApiKey
from governance.selectors.access import KeyPrincipal, key_authenticate
from governance.selectors.clock import clock_now
from governance.services.agents import agent_put
from governance.services.batch_results import ItemResult
from governance.services.batches import outcomes_load
from governance.services.heartbeats import Heartbeat, task_heartbeat
from governance.services.keys import key_create
from governance.services.outcomes import task_outcome
from governance.services.schemas import (
    AgentBody,
    HeartbeatBody,
    OutcomeBody,
    OutcomeItem,
    TaskBody,
    ToolBody,
)
from governance.services.starts import Started, task_start
from governance.services.tasks import Submitted, task_submit
from governance.services.tools import tool_confirm, tool_put

if TYPE_CHECKING:
    from collections.abc import Collection

    from governance.models import Agent, Fleet, Outcome, Task, Tool
    from tests.escalations.people import Crew

READ = {"write": "N", "reversibility": "A", "reach": "N", "data": "I"}
REFUND = {"write": "M", "reversibility": "H", "reach": "P", "data": "C"}
WIPE = {"write": "D", "reversibility": "I", "reach": "N", "data": "R"}
ALL_SCOPES = tuple(Scope)


def key_name(fleet: Fleet) -> str:
    """Return a name that no key of the fleet has yet; the first is plain ``orchestrator``."""
    before = ApiKey.objects.filter(fleet=fleet, name__startswith="orchestrator").count()
    return f"orchestrator {before + 1}" if before else "orchestrator"


class Orchestrator:
    """Asks, starts and reports as an orchestrator would, through the services."""

    def __init__(self, fleet: Fleet, crew: Crew) -> None:
        self.fleet, self.crew = fleet, crew
        self.tasks = 0
        self.key = self.key_new()
        self.agent = self.agent_new("shop-bot")
        self.letters = {"read": READ, "refund": REFUND, "wipe": WIPE}
        for name, letters in self.letters.items():
            self.tool_new(name, letters)

    def another(self) -> Orchestrator:
        """Return one with a key of its own, for another thread to use beside this one."""
        twin = copy(self)
        twin.key = self.key_new()
        return twin

    def key_new(
        self,
        scopes: Collection[Scope] = ALL_SCOPES,
        environment: Environment = Environment.PRODUCTION,
        **fields: Any,
    ) -> KeyPrincipal:
        _, token = key_create(
            fleet=self.fleet,
            name=key_name(self.fleet),
            environment=environment,
            scopes=scopes,
            created_by="adam",
            **fields,
        )
        return key_authenticate(token, now=clock_now())

    def agent_new(self, name: str, **fields: Any) -> Agent:
        body = {
            "name": name,
            "owner": "lena",
            "budget_usd": "100000",
            "mandate": {"tools": ["*"], "environments": ["production"], "level": "MEDIUM"},
        }
        agent, _ = agent_put(
            key=self.key, external_id=name, body=msgspec.convert({**body, **fields}, AgentBody)
        )
        return agent

    def tool_propose(self, name: str, letters: dict[str, str]) -> Tool:
        tool, _ = tool_put(key=self.key, name=name, body=msgspec.convert(letters, ToolBody))
        return tool

    def tool_new(self, name: str, letters: dict[str, str]) -> None:
        tool = self.tool_propose(name, letters)
        tool_confirm(fleet=self.fleet, user=self.crew.adam, name=name, sha256=tool.proposed_sha256)

    def body(self, tool: str = "read", **fields: Any) -> TaskBody:
        self.tasks += 1
        plain = {
            "agent": "shop-bot",
            "requested_by": "job:nightly",
            "external_id": f"t-{self.tasks}",
            "title": f"Use {tool}",
            "operation": f"shop.{tool}",
            "tool": tool,
            "arguments": {"order": 4711},
            "plan": {"steps": 1, "agents": 1, "delegations": 0},
            "blast": {"U": "T"},
            "budget_usd": "1",
        }
        return msgspec.convert({**plain, **fields}, TaskBody)

    def ask(self, tool: str = "read", **fields: Any) -> Submitted:
        self.key.fleet.refresh_from_db()
        return task_submit(key=self.key, body=self.body(tool, **fields))

    def start(self, task: Task) -> Started:
        self.key.fleet.refresh_from_db()
        return task_start(key=self.key, task_id=task.pk, action_digest=task.action_digest)

    def beat(self, task: Task, **fields: Any) -> Heartbeat:
        body = msgspec.convert(fields, HeartbeatBody)
        return task_heartbeat(key=self.key, task_id=task.pk, body=body)

    def report(self, task: Task, result: str = "success", **fields: Any) -> Outcome:
        body = msgspec.convert({"result": result, **fields}, OutcomeBody)
        return task_outcome(key=self.key, task_id=task.pk, body=body)

    def work(self, result: str = "success") -> Outcome:
        """Ask for one LOW task that may run at once, and report how it ended."""
        return self.report(self.ask().task, result)

    def load(
        self, results: list[str], *, agent: str = "shop-bot", sources: int = 3, days: float = 30.0
    ) -> list[ItemResult]:
        """Load a history that ends now, spread evenly over ``days``."""
        now, step = clock_now(), timedelta(days=days) / max(1, len(results))
        items = [
            OutcomeItem(
                task_id=f"h-{agent}-{index}",
                agent=agent,
                finished_at=now - step * (len(results) - index),
                result=Result(result),
                requested_by=f"person:{index % sources}",
            )
            for index, result in enumerate(results)
        ]
        return outcomes_load(key=self.key, items=items)
