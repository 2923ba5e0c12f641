"""A fleet with one agent, and what it asks and reports."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.backup.installation import Caller

if TYPE_CHECKING:
    import requests

    from tests.backup.installation import Installation

PREPARE = """
from datetime import timedelta
from governance.domain.types import Environment, Role, Scope
from governance.selectors.clock import clock_now
from governance.services.fleets import fleet_create, membership_set, user_create
from governance.services.keys import key_create
from governance.services.tokens import token_create
people = {
    name: user_create(username=name, first_name=name, last_name="T", password=None)
    for name in ("adam", "rita", "lena")
}
fleet = fleet_create(slug="shop", name="Shop", admin=people["adam"])
for name in ("rita", "lena"):
    membership_set(fleet=fleet, user=people[name], role=Role.REVIEWER, actor="adam")
_, key = key_create(
    fleet=fleet, name="k", environment=Environment.PRODUCTION, scopes=list(Scope),
    created_by="adam",
)
until = clock_now() + timedelta(days=1)
tokens = [token_create(user=people[n], name="t", expires_at=until)[1] for n in ("adam", "rita")]
print(key, *tokens)
"""
TOOLS = {
    "orders.read": {"write": "N", "reversibility": "A", "reach": "N", "data": "I"},
    "payments.refund": {"write": "A", "reversibility": "E", "reach": "P", "data": "I"},
}
MANDATE = {"tools": list(TOOLS), "environments": ["production"], "level": "HIGH"}
AGENTS = 8


def task_body(external_id: str, *, agent: str, refund: bool = False) -> dict[str, Any]:
    """Return the question: a read that runs alone, or a refund that people decide."""
    operation, tool, budget = ("refund.issue", "payments.refund", "180") if refund else (
        "order.read", "orders.read", "0.1"
    )  # fmt: skip
    return {
        "agent": agent, "requested_by": "ines", "external_id": external_id, "title": "Do it",
        "operation": operation, "tool": tool, "arguments": {"order": 1, "amount_usd": budget},
        "plan": {"steps": 1, "agents": 1, "delegations": 0}, "blast": {"U": "T"},
        "budget_usd": budget,
    }  # fmt: skip


def shop_open(key: Caller, adam: Caller) -> None:
    """Describe and confirm the tools, register the agents."""
    for name, body in TOOLS.items():
        described = key.send("PUT", f"tools/{name}", body).json()
        confirmed = adam.send("POST", f"tools/{name}/confirm", {"sha256": described["sha256"]})
        assert confirmed.status_code == 200, confirmed.text
    plain = {"name": "Support", "owner": "lena", "mandate": MANDATE, "budget_usd": "5000"}
    for number in range(AGENTS):
        assert key.send("PUT", f"agents/bot-{number}", plain).status_code == 201


def shop_begun(site: Installation, root: str) -> tuple[Caller, Caller]:
    """Lay the tables and open the shop; return the caller with its key, and Rita."""
    site.done("migrate", "-v0")
    key, adam, rita = (Caller(root, t) for t in site.done("shell", "-v0", "-c", PREPARE).split())
    shop_open(key, adam)
    return key, rita


@dataclass
class Load:
    """Agents that ask and report until they are told to stop; what was answered is kept."""

    key: Caller
    answered: list[requests.Response] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Load:
        self.threads = [
            threading.Thread(target=self._work, args=(number,)) for number in range(AGENTS // 2)
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _work(self, number: int) -> None:
        turn = 0
        while not self.over.is_set():
            turn += 1
            body = task_body(f"load-{number}-{turn}", agent=f"bot-{number}")
            asked = self.key.send("POST", "tasks", body)
            self.answered.append(asked)
            if asked.status_code == 201 and asked.json()["state"] == "READY":
                path = f"tasks/{asked.json()['id']}/outcome"
                self.answered.append(self.key.send("POST", path, {"result": "success"}))
