"""What each tool of the shop scores, and what the gate makes of it: worked by hand.

Points (docs/evidence.md, Blast radius): production 12; writes none 0, adds 4, deletes 14; undone by itself 0,
easily 3, never 14; internal data 3, restricted 14; customers 7; money none 0, up to 1 % of the
owner's monthly budget 3, up to 10 % 8; a step 0, two to five 2; staff as input 2.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from examples.langgraph.calls import ALONE, Call, Errand, calls_of
from governance.domain.facts import (
    AgentStanding,
    BreakerView,
    GateRequest,
    Lineage,
    Mandate,
    MoneyFacts,
    Plan,
    TaskFacts,
    ToolEntry,
)
from governance.domain.gate import Decision, gate_decide
from governance.domain.policy import policy_default
from governance.domain.types import BlastLevel, Environment, Preset, Tier, Verdict

FLEET: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "examples" / "langgraph" / "fleet.json").read_text()
)
LETTERS = {"write": "W", "reversibility": "R", "reach": "X", "data": "D"}
STANDINGS = {
    Tier.HIGH: AgentStanding(tier=Tier.HIGH, trust=0.97, outcomes=300),
    Tier.MEDIUM: AgentStanding(tier=Tier.MEDIUM, trust=0.90, outcomes=120),
    Tier.LOW: AgentStanding(tier=Tier.LOW, trust=None, outcomes=0),
}
REFUND: Errand = {
    "kind": "refund",
    "agent": "shop-support",
    "order": 7,
    "amount_usd": "4.20",
    "reason": "arrived broken",
}
CLEANUP: Errand = {
    "kind": "cleanup",
    "agent": "shop-cleaner",
    "no_order_since": "2023-05-02",
    "at_most": 12,
}
READ, DRAFT, ISSUE = calls_of(REFUND)
ISSUE_LARGE = calls_of({**REFUND, "amount_usd": "250.00"})[2]
(DELETE,) = calls_of(CLEANUP)


def asked(agent: str, call: Call, *, tier: Tier, earlier_steps: int = 0) -> GateRequest:
    """Return the question the gate gets for a call in a fleet without any other task."""
    described = FLEET["agents"][agent]
    tool = FLEET["tools"][call["tool"]]
    return GateRequest(
        standing=STANDINGS[tier],
        breaker=BreakerView(),
        task=TaskFacts(
            environment=Environment.PRODUCTION,
            operation=call["operation"],
            tool=call["tool"],
            tool_entry=ToolEntry(
                name=call["tool"],
                confirmed={letter: tool[field] for field, letter in LETTERS.items()},
            ),
            declared_blast={"U": "I"},
            plan=Plan(
                steps=ALONE["steps"], agents=ALONE["agents"], delegations=ALONE["delegations"]
            ),
            lineage=Lineage(steps=earlier_steps),
        ),
        money=MoneyFacts(
            task_budget_usd=Decimal(call["budget_usd"]),
            month_budget_usd=Decimal(described["budget_usd"]),
        ),
        mandate=Mandate(
            tools=tuple(described["mandate"]["tools"]),
            environments=(Environment.PRODUCTION,),
            level=BlastLevel(described["mandate"]["level"]),
        ),
    )


def decided(request: GateRequest) -> Decision:
    return gate_decide(request, policy_default(), now_s=0.0)


def codes(decision: Decision) -> list[str]:
    return [reason.code.value for reason in decision.reasons]


def test_reading_an_order_is_low_and_runs_at_once() -> None:
    decision = decided(asked("shop-support", READ, tier=Tier.HIGH))

    assert decision.vector == "ABR:1/E:P/W:N/R:A/D:I/X:N/M:N/F:1/N:1/U:I"
    assert (decision.blast.points, decision.level) == (17, BlastLevel.LOW)
    assert decision.verdict is Verdict.ALLOW
    assert decision.limits.audit_probability == 0


def test_a_new_agent_may_read_as_well() -> None:
    decision = decided(asked("shop-newcomer", READ, tier=Tier.LOW))

    assert decision.verdict is Verdict.ALLOW


def test_a_draft_is_medium_and_runs_for_a_trusted_agent() -> None:
    decision = decided(asked("shop-support", DRAFT, tier=Tier.HIGH, earlier_steps=1))

    assert decision.vector == "ABR:1/E:P/W:A/R:A/D:I/X:N/M:N/F:1/N:2/U:I"
    assert (decision.blast.points, decision.level) == (23, BlastLevel.MEDIUM)
    assert decision.verdict is Verdict.ALLOW


def test_a_draft_of_a_new_agent_needs_one_approval() -> None:
    decision = decided(asked("shop-newcomer", DRAFT, tier=Tier.LOW, earlier_steps=1))

    assert decision.preset is Preset.CONSERVATIVE
    assert decision.verdict is Verdict.ESCALATE
    assert decision.limits.approvals == 1


def test_a_small_refund_is_within_the_mandate_and_runs() -> None:
    decision = decided(asked("shop-support", ISSUE, tier=Tier.HIGH, earlier_steps=2))

    assert decision.vector == "ABR:1/E:P/W:A/R:E/D:I/X:P/M:L/F:1/N:2/U:I"
    assert (decision.blast.points, decision.level) == (36, BlastLevel.MEDIUM)
    assert decision.verdict is Verdict.ALLOW
    assert "within_mandate" in codes(decision)


def test_a_large_refund_is_above_the_mandate_and_needs_one_approval() -> None:
    # The smallest large one of the story: 1.25 % of 20,000 USD a month.
    decision = decided(asked("shop-payouts", ISSUE_LARGE, tier=Tier.HIGH, earlier_steps=2))

    assert decision.vector == "ABR:1/E:P/W:A/R:E/D:I/X:P/M:M/F:1/N:2/U:I"
    assert (decision.blast.points, decision.level) == (41, BlastLevel.HIGH)
    assert decision.verdict is Verdict.ESCALATE
    assert (decision.limits.approvals, decision.limits.needs_manager) == (1, False)
    assert "above_mandate_level" in codes(decision)


def test_many_small_refunds_in_a_day_add_up_to_a_large_one() -> None:
    request = asked("shop-support", ISSUE, tier=Tier.HIGH, earlier_steps=2)
    salami = replace(request, money=replace(request.money, owner_spent_usd=Decimal(500)))

    decision = decided(salami)

    assert decision.level is BlastLevel.HIGH
    assert decision.verdict is Verdict.ESCALATE


@pytest.mark.parametrize("tier", [Tier.HIGH, Tier.MEDIUM])
def test_a_bulk_delete_is_critical_and_needs_two_approvals(tier: Tier) -> None:
    decision = decided(asked("shop-cleaner", DELETE, tier=tier))

    assert decision.vector == "ABR:1/E:P/W:D/R:I/D:R/X:N/M:N/F:1/N:1/U:I"
    # 56 points are High by two; a floor makes it Critical.
    assert (decision.blast.points, decision.level) == (56, BlastLevel.CRITICAL)
    assert decision.verdict is Verdict.ESCALATE
    assert decision.limits.approvals == 2


def test_a_bulk_delete_by_a_new_agent_is_denied_and_an_incident() -> None:
    decision = decided(asked("shop-newcomer", DELETE, tier=Tier.LOW))

    assert decision.verdict is Verdict.DENY
    assert decision.incident
    assert "outside_mandate_tool" in codes(decision)


def test_an_unconfirmed_tool_counts_as_worst() -> None:
    request = asked("shop-support", READ, tier=Tier.HIGH)
    unconfirmed = ToolEntry(name="read_orders", confirmed=None)

    decision = decided(replace(request, task=replace(request.task, tool_entry=unconfirmed)))

    assert decision.vector == "ABR:1/E:P/W:P/R:I/D:R/X:O/M:N/F:1/N:1/U:I"
    assert decision.level is BlastLevel.CRITICAL
    assert [gap.field for gap in decision.blast.missing] == [
        "blast.W",
        "blast.R",
        "blast.D",
        "blast.X",
    ]
