"""What the example's README says of each call is what the gate says."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.langgraph.calls import Call
from governance.domain.types import Tier
from tests.examples.test_vectors import DELETE, DRAFT, ISSUE, ISSUE_LARGE, READ, asked, decided

README = (Path(__file__).parents[2] / "examples" / "langgraph" / "README.md").read_text("utf-8")
ROWS = [line.split(" | ") for line in README.splitlines() if line.startswith("| `")]


def row(tool: str, agent: str) -> list[str]:
    """Return the cells of the row about a tool in an agent's hands."""
    (found,) = [cells for cells in ROWS if f"`{tool}`" in cells[0] and agent in cells[1]]
    return found


@pytest.mark.parametrize(
    ("call", "agent", "tier", "earlier_steps"),
    [
        (DRAFT, "shop-support", Tier.HIGH, 1),
        (DRAFT, "shop-newcomer", Tier.LOW, 1),
        (ISSUE, "shop-support", Tier.HIGH, 2),
        (ISSUE_LARGE, "shop-payouts", Tier.HIGH, 2),
        (DELETE, "shop-cleaner", Tier.MEDIUM, 0),
    ],
)
def test_a_row_states_level_and_points(
    call: Call, agent: str, tier: Tier, earlier_steps: int
) -> None:
    decision = decided(asked(agent, call, tier=tier, earlier_steps=earlier_steps))

    said = row(call["tool"], agent)[2]

    assert said.startswith(f"{decision.level.value}, {decision.blast.points} points")


def test_the_first_row_holds_for_the_least_trusted() -> None:
    decision = decided(asked("shop-newcomer", READ, tier=Tier.LOW))

    assert row("read_orders", "any")[2] == f"{decision.level.value}, {decision.blast.points} points"
