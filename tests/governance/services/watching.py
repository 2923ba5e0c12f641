"""Two agents on the watch list of a shop, whose jobs for each other people may want checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import Agent, Audit, CollusionScan, TieCheck
from governance.services.tie_checks import tie_check_ask
from tests.governance.services.colluding import colluding, full_scan

if TYPE_CHECKING:
    from governance.models import Outcome
    from tests.governance.services.orchestrator import Orchestrator


def watched(shop: Orchestrator, *agents: Agent, expected: float | None = 3.0) -> None:
    """Scan the fleet and put agents on its watch list in the place of those it found."""
    colluding(shop.fleet)
    full_scan(shop.fleet)
    entry = {
        "agents": [str(agent.pk) for agent in agents],
        "interactions": 9,
        "expected": expected,
        "chance": 1e-4,
        "checked": 2,
        "why": "They worked together 9 times.",
    }
    CollusionScan.objects.update(watch=[entry])


def asked(shop: Orchestrator, *agents: Agent) -> TieCheck:
    """Ask for checks of a watched tie, as a manager does."""
    return tie_check_ask(
        fleet=shop.fleet, user=shop.crew.mona, agents=frozenset(agent.pk for agent in agents)
    )


def favour(shop: Orchestrator, by: str = "partner") -> Outcome:
    """Let the shop's agent do one LOW task that another agent asks for."""
    return shop.report(shop.ask(requested_by=by).task)


def audited() -> list[Outcome]:
    """Return the outcomes that people were asked to check, in order."""
    audits = Audit.objects.exclude(asked=None).select_related("outcome").order_by("id")
    return [audit.outcome for audit in audits]
