"""What is there to be asked about: ids that cases are given, so that they get past 404."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import requests

from tests.attack.scene import PASSWORD

if TYPE_CHECKING:
    from random import Random
    from typing import TypeAlias

    from schemathesis import Case as AnyCase

    from tests.attack.scene import Scene

    Case: TypeAlias = AnyCase[Any]

# How often a generated value gives way to one that means something, and how many are remembered.
SHARE, NEWEST = 0.8, 6
CALLS_S = 30
TOOLS = ("payments.refund", "orders.read")
ORDER_TOOL = {"write": "N", "reversibility": "A", "reach": "N", "data": "I"}
REFUND_TOOL = {"write": "A", "reversibility": "E", "reach": "P", "data": "I"}
RULE = {
    "tool": "orders.read", "operation": "order.read", "environment": "production",
    "targets": [], "arguments": {"order": {"is": 1}}, "spend_most_usd": "1.00",
    "level_most": "LOW", "hours": 2, "uses_most": 5, "reason": "Reads of this order.",
}  # fmt: skip
CHOICES = ("approve", "deny", "respond", "release", "acknowledge", "fine", "good", "bad", "rerun")
# What an answer's list stands for: the name of the pool, by the path of the call that made it.
MADE_BY = {
    "/webhooks": "webhooks",
    "/rules": "rules",
    "/channels": "channels",
    "/fleet/channels": "fleet_channels",
    "/fleet/backtests": "backtests",
    "/fleet/trials": "trials",
    "/tasks": "tasks",
}
OWN = ("id", "number", "external_id", "name")
# The pool of the number or id in an address, by how the address begins.
NAMED_BY = {
    "/tasks/": "tasks",
    "/tickets/": "tickets",
    "/webhooks/": "webhooks",
    "/rules/": "rules",
    "/channels/": "channels",
    "/fleet/channels/": "fleet_channels",
    "/fleet/backtests/": "backtests",
    "/fleet/trials/": "trials",
    "/agents/": "agents",
    "/tools/": "tools",
}


class Stock:
    """The things of one scene, asked for over HTTP like everything else."""

    def __init__(self, scene: Scene, random: Random) -> None:
        """Confirm the tools, register an agent, and make one of everything that has an id."""
        self.scene, self.random = scene, random
        self.session = requests.Session()
        self.pools: dict[str, list[Any]] = defaultdict(list)
        self.digests: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.renewed = 0
        for name, body in zip(TOOLS, (REFUND_TOOL, ORDER_TOOL), strict=True):
            described = self.ask("PUT", f"/tools/{name}", body)
            self.ask("POST", f"/tools/{name}/confirm", {"sha256": described["sha256"]}, as_="anna")
            self.pools["tools"].append(name)
        self.ask("PUT", "/agents/counterpart", self.agent())
        hook = {"name": "SIEM", "url": "https://siem.example.org/x", "events": ["task.*"]}
        self.made("webhooks", self.ask("POST", "/webhooks", hook, as_="anna"))
        self.ask("POST", f"/webhooks/{self.pools['webhooks'][0]}/test", as_="anna")
        loosened = {"breaker": {"latch_trips": 5}}
        change = {"policy": loosened, "reason": "Too many people are called.", "replaces": 1}
        # Proposed, for another admin to agree to: the draft that backtests and trials are about.
        self.ask("PUT", "/fleet/policy", change, as_="anna")
        self.renew()
        made: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("rules", "/rules", {**RULE, "agent": self.pools["agents"][0]}),
            ("fleet_channels", "/fleet/channels", {"kind": "mail", "address": "on@example.test"}),
            ("backtests", "/fleet/backtests", {"days": 14}),
            ("trials", "/fleet/trials", {"days": 7, "reason": "See what it freezes."}),
        )
        for pool, path, body in made:
            self.made(pool, self.ask("POST", path, body, as_="anna"))

    def ask(self, method: str, path: str, body: Any = None, *, as_: str = "") -> Any:
        """Return the answer to one call of the key with all scopes, or of a helper."""
        token = self.scene.helpers[as_] if as_ else self.scene.callers["key of all scopes"]
        answered = self.session.request(
            method,
            self.scene.root + path,
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=CALLS_S,
        )
        return answered.json()

    def agent(self) -> dict[str, Any]:
        """Return the body that registers an agent which may do what the tasks ask for."""
        mandate = {"tools": list(TOOLS), "environments": ["production"], "level": "HIGH"}
        return {"name": "Support", "owner": "lena", "mandate": mandate, "budget_usd": "5000"}

    def renew(self) -> None:
        """Start again what was stopped, and let a fresh agent ask three times: one waits for
        people, one may start, one runs."""
        self.renewed += 1
        name = f"agent-{self.renewed}"
        self.ask("POST", "/fleet/resume", {"reason": "Go on."}, as_="anna")
        self.ask("PUT", f"/agents/{name}", self.agent())
        self.remember("agents", name)
        self.asked(name, "refund.issue", TOOLS[0], {"order": 1, "amount_usd": "180"}, "180")
        self.asked(name, "order.read", TOOLS[1], {"order": 1}, "0.1")
        running = self.asked(name, "order.read", TOOLS[1], {"order": 2}, "0.1")
        if "id" in running:
            digest = {"action_digest": running["action_digest"]}
            self.ask("POST", f"/tasks/{running['id']}/start", digest)

    def asked(self, agent: str, operation: str, tool: str, arguments: Any, budget: str) -> Any:
        """Ask for one task and remember it, its digest and the ticket it may wait on."""
        number = len(self.digests)
        task = self.ask(
            "POST",
            "/tasks",
            {
                "agent": agent, "requested_by": "ines", "external_id": f"{agent}-{number}",
                "title": "Do it", "operation": operation, "tool": tool, "arguments": arguments,
                "plan": {"steps": 1, "agents": 1, "delegations": 0}, "blast": {"U": "T"},
                "budget_usd": budget,
            },
        )  # fmt: skip
        self.made("tasks", task)
        return task

    def made(self, pool: str, answer: Any) -> None:
        """Remember what an answer brought into being."""
        if not isinstance(answer, dict):
            return
        thing = answer.get("number") if pool == "rules" else answer.get("id")
        if thing is None:
            return
        self.remember(pool, thing)
        if isinstance(answer.get("action_digest"), str):
            self.digests[str(thing)] = answer["action_digest"]
        ticket = answer.get("ticket")
        if isinstance(ticket, dict) and "id" in ticket:
            self.remember("tickets", ticket["id"])
            self.versions[ticket["id"]] = ticket.get("version", 1)

    def remember(self, pool: str, thing: Any) -> None:
        """Keep the newest things of a pool."""
        self.pools[pool] = [*self.pools[pool], thing][-NEWEST:]

    def learn(self, case: Case, body: Any) -> None:
        """Remember what a case made, and the version a ticket has by now."""
        if isinstance(body, dict) and case.method.upper() == "POST" and case.path in MADE_BY:
            self.made(MADE_BY[case.path], body)
        if isinstance(body, dict) and "version" in body and "id" in body:
            self.versions[body["id"]] = body["version"]

    def furnish(self, case: Case) -> None:
        """Give a case ids, digests, names and versions that mean something, most of the time."""
        thing = self._address(case)
        self._headers(case, thing)
        if isinstance(case.body, dict):
            case.body = self._body(self._likened(case), thing)
        # To wait for news takes time and shows nothing more than not to wait.
        if "wait" in case.query and str(case.query["wait"]).strip().isdigit():
            case.query = {**case.query, "wait": "0"}
        if "fleet" in case.query and self._chosen():
            case.query = {**case.query, "fleet": "storm"}

    def _chosen(self) -> bool:
        return self.random.random() < SHARE

    def _one_of(self, pool: str) -> Any:
        return self.random.choice(self.pools[pool]) if self.pools[pool] else None

    def _likened(self, case: Case) -> dict[str, Any]:
        """Return the body, now and then as the document's example with some values of its own."""
        media = case.operation.definition.raw["requestBody"]["content"]["application/json"]
        body: dict[str, Any] = cast("dict[str, Any]", case.body)
        if not self._chosen():
            return body
        kept = {name: value for name, value in body.items() if self.random.random() > SHARE}
        return {**media["example"], **kept}

    def _address(self, case: Case) -> Any:
        pool = next((NAMED_BY[start] for start in NAMED_BY if case.path.startswith(start)), None)
        thing = self._one_of(pool) if pool else None
        own = next((name for name in case.path_parameters if name in OWN), None)
        if thing is None or own is None or not self._chosen():
            return None
        case.path_parameters = {**case.path_parameters, own: thing}
        return thing

    def _headers(self, case: Case, thing: Any) -> None:
        told = dict(case.headers)
        if "If-Match" in told and self._chosen():
            told["If-Match"] = f'"{self.versions.get(str(thing), 1)}"'
        if "X-Reauthenticate" in told and self._chosen():
            told["X-Reauthenticate"] = PASSWORD
        case.headers.update(told)

    def _body(self, body: dict[str, Any], thing: Any) -> dict[str, Any]:
        meant: dict[str, Callable[[], Any]] = {
            "agent": lambda: self._one_of("agents"),
            "initiator": lambda: self._one_of("agents"),
            "counterparty": lambda: "counterpart",
            "tool": lambda: self.random.choice(TOOLS),
            "owner": lambda: "lena",
            "to": lambda: self.random.choice(("ravi", "mona", 1)),
            "choice": lambda: self.random.choice(CHOICES),
            "action_digest": lambda: self.digests.get(str(thing), f"sha256:{'0' * 64}"),
            "replaces": lambda: self.random.choice((0, 1, 2)),
            "address": lambda: f"mona-{self.random.random()}@example.test",
            "supersedes": lambda: self._one_of("tasks"),
            "parent": lambda: self._one_of("tasks"),
            "task_id": lambda: self._one_of("tasks"),
        }  # fmt: skip
        known = {name: value() for name, value in meant.items() if name in body and self._chosen()}
        items = body.get("items")
        if isinstance(items, list):
            known["items"] = [
                self._body(each, thing) if isinstance(each, dict) else each for each in items
            ]
        return {**body, **known}


def body_of(text: str) -> Any:
    """Return a JSON body, None where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None
