"""Questions to the gate for tests: one harmless request, changed in the field that matters."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from governance.domain.facts import (
    AgentStanding,
    BreakerView,
    GateRequest,
    Mandate,
    MoneyFacts,
    Plan,
    TaskFacts,
    ToolEntry,
)
from governance.domain.types import BlastLevel, Environment, Tier

NOW_S = 1_795_348_800.0  # 2026-11-22 12:00:00 UTC
HIGH = AgentStanding(tier=Tier.HIGH, trust=0.93, outcomes=412)
MEDIUM = AgentStanding(tier=Tier.MEDIUM, trust=0.71, outcomes=60)
LOW = AgentStanding(tier=Tier.LOW, trust=0.46, outcomes=31)
NEW = AgentStanding(tier=Tier.HIGH, trust=None, outcomes=0)
ALONE = Plan(steps=1, agents=1, delegations=0)
READ = ToolEntry(name="orders.read", confirmed={"W": "N", "R": "A", "X": "N", "D": "I"})
# By hand: E:P 12, W:N 0, R:A 0, D:I 3, X:N 0, M:N 0, F:1 0, N:1 0, U:T 0 = 15 points, Low.
READ_TASK = TaskFacts(
    environment=Environment.PRODUCTION,
    operation="order.read",
    tool="orders.read",
    tool_entry=READ,
    declared_blast={"U": "T"},
    plan=ALONE,
)
PURSE = MoneyFacts(task_budget_usd=Decimal(0), month_budget_usd=Decimal(1000))
WIDE = Mandate(tools=("*",), environments=tuple(Environment), level=BlastLevel.CRITICAL)


def task_with(**changes: Any) -> TaskFacts:
    """Return the harmless read, changed."""
    return replace(READ_TASK, **changes)


def task_of(vector: str, **changes: Any) -> TaskFacts:
    """Return a production task whose metrics W, R, D, X, U are declared as in ``W:M/R:H``."""
    letters = dict(part.split(":") for part in vector.split("/"))
    return task_with(tool_entry=None, declared_blast=letters, **changes)


# By hand: 12 + 8 + 3 + 3 = 26 points and a write to production: Medium.
MEDIUM_TASK = task_of("W:M/R:E/D:I/X:N/U:T")
# By hand: 12 + 8 + 8 + 3 = 31 points; hard to undo in production: High.
HIGH_TASK = task_of("W:M/R:H/D:I/X:N/U:T")
# By hand: permissions change in production: Critical.
CRITICAL_TASK = task_of("W:P/R:E/D:I/X:N/U:T")


def gate_request(**changes: Any) -> GateRequest:
    """Return a harmless question of a highly trusted agent with a wide mandate, changed."""
    usual: dict[str, Any] = {
        "standing": HIGH,
        "breaker": BreakerView(),
        "task": READ_TASK,
        "money": PURSE,
        "mandate": WIDE,
    }
    return GateRequest(**{**usual, **changes})
