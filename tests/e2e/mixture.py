"""A mixed queue on the running stack: every kind of ticket, every level of risk, groups among them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from examples.client import Countersign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.e2e.stack import Stack

PASSWORD = "correct horse battery staple"
# The letters of the blast vector; each names the level that follows from them in production.
TOOLS: Mapping[str, dict[str, str]] = {
    "note_low": {"write": "N", "reversibility": "A", "reach": "N", "data": "I"},
    "refund_medium": {"write": "A", "reversibility": "E", "reach": "P", "data": "I"},
    "merge_high": {"write": "M", "reversibility": "H", "reach": "P", "data": "C"},
    "purge_critical": {"write": "D", "reversibility": "I", "reach": "N", "data": "R"},
}
# More questions of one agent at once are a flood.
OPEN_MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How many tickets of what; ``alike`` are the sizes of groups of identical requests."""

    low: int = 0
    medium: int = 0
    high: int = 0
    critical: int = 0
    alike: Sequence[int] = ()
    incidents: int = 0
    audits: int = 0
    drifts: int = 0
    releases: int = 0
    cascades: int = 0
    rings: int = 0

    @property
    def asked(self) -> int:
        """Return how many tasks wait for an answer."""
        return self.low + self.medium + self.high + self.critical + sum(self.alike)

    @property
    def total(self) -> int:
        """Return how many tickets wait."""
        findings = self.audits + self.drifts + self.releases + self.cascades + self.rings
        return self.asked + self.incidents + findings

    @property
    def workers(self) -> int:
        """Return how many agents ask, so that none of them floods people."""
        return -(-self.asked // OPEN_MOST) + len(self.alike)


@dataclass(frozen=True, slots=True)
class Mixture:
    """A queue that waits: its fleet, whose people see nothing else, and what is in it."""

    stack: Stack
    slug: str
    fleet_id: str
    mix: Mix

    def user(self, persona: str) -> str:
        """Return the user name of rita, ravi or mona of this fleet."""
        return f"{persona}-{self.slug}"

    def waiting(self) -> int:
        """Return how many tickets of it wait now."""
        return self.stack.count("escalations_ticket", fleet_id=self.fleet_id, state="PENDING")

    def untouched(self) -> int:
        """Return how many tickets of it nobody has moved."""
        return self.stack.count("escalations_ticket", fleet_id=self.fleet_id, version=1)


def worker(number: int) -> str:
    """Return an agent that asks."""
    return f"worker-{number}"


def mixtures_opened(stack: Stack, mix: Mix, *slugs: str) -> list[Mixture]:
    """Fill the queues of new fleets alike: findings by what agents report, requests over HTTP."""
    program = "\n".join(
        (
            "from tests.e2e.mixture import Mix",
            "from tests.e2e.mixture_fleet import fleet_fill",
            f"mix = Mix(**{asdict(mix)!r})",
            *(f"fleet_fill({slug!r}, mix)" for slug in slugs),
        )
    )
    said = stack.manage("shell", "-v0", "-c", program).splitlines()
    mixtures = []
    for slug, line in zip(slugs, said[-len(slugs) :], strict=True):
        filled = json.loads(line)
        gate = Countersign(stack.url, filled["key"])
        for body in _requests(mix):
            gate.task(**body)
        mixtures.append(Mixture(stack, slug, filled["fleet"], mix))
    return mixtures


def _requests(mix: Mix) -> list[dict[str, Any]]:
    levels = {
        "note_low": mix.low,
        "refund_medium": mix.medium,
        "merge_high": mix.high,
        "purge_critical": mix.critical,
    }
    tools = [tool for tool, count in levels.items() for _ in range(count)]
    alone = [
        _request(worker(place // OPEN_MOST), tool, place, f"Order {place}: {tool}")
        for place, tool in enumerate(tools)
    ]
    first = mix.workers - len(mix.alike)
    alike = [
        _request(worker(first + group), "merge_high", 10_000 + group, f"Merge duplicates {group}")
        for group, size in enumerate(mix.alike)
        for _ in range(size)
    ]
    attempts = [
        _request("newcomer", "purge_critical", 20_000 + number, f"Purge customer {number}")
        for number in range(mix.incidents)
    ]
    return [*alone, *alike, *attempts]


def _request(agent: str, tool: str, order: int, title: str) -> dict[str, Any]:
    return {
        "agent": agent,
        "requested_by": "job:nightly",
        "external_id": uuid4().hex,
        "title": title,
        "operation": tool,
        "tool": tool,
        "target": f"order/{order}",
        "arguments": {"order": order, "amount_usd": "180.00"},
        "plan": {"steps": 1, "agents": 1, "delegations": 0},
        "blast": {"U": "T" if tool == "note_low" else "I"},
        "budget_usd": "1",
    }
