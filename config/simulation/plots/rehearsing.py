"""Rehearsal: easy work that an agent on probation does to show that it is well again."""

from __future__ import annotations

from config.simulation.cast import MEMBERS
from config.simulation.plots.dice import dice_for, requester
from config.simulation.runs import Run, Stage


def rehearsal(seed: int, agent: str, step: int) -> Run:
    """Return a task of level Low that costs nothing and takes no input from outside."""
    member = MEMBERS[agent]
    dice = dice_for(seed, f"rehearsal-{agent}", step)
    stage = Stage(
        agent=agent,
        key=member.environments[0],
        tool=member.easy,
        operation="rehearse",
        title=f"Rehearse {member.easy} on a known case",
        target="known case",
        arguments={"case": step % 12},
        budget_usd="0",
        source="T",
        work_s=dice.uniform(0.8, 1.6),
        cost=0.0,
    )
    return Run(requested_by=requester(dice), stages=(stage,))
