"""Agents that behave: support triage, deployments, and a steward of records that is new."""

from __future__ import annotations

from config.simulation.cast import DEPLOYER, STEWARD, TRIAGE
from config.simulation.plots.dice import dice_for, mishap, requester, usual_cost
from config.simulation.runs import Plot, Run, Stage

TOPICS = ("a parcel that never came", "a wrong size", "a double charge", "a lost password")
SERVICES = ("checkout", "search", "catalogue", "accounts")
TABLES = ("customers", "addresses", "orders", "returns")


def triage(seed: int, step: int) -> Run:
    """Sort a support case; answer each fourth."""
    dice = dice_for(seed, "triage", step)
    case, topic = dice.randint(10_000, 99_999), dice.choice(TOPICS)
    answers = step % 4 == 3
    stage = Stage(
        agent=TRIAGE,
        key="production",
        tool="cases.reply" if answers else "cases.sort",
        operation="reply" if answers else "sort",
        title=f"Answer case {case} about {topic}" if answers else f"Sort case {case}, {topic}",
        target=f"case {case}",
        arguments={"case": case, "topic": topic},
        budget_usd="0.02",
        source="E",
        work_s=dice.uniform(1.0, 2.4),
        cost=usual_cost(dice),
        illness=mishap(dice, 0.02, "not_understood"),
    )
    return Run(requested_by=requester(dice), stages=(stage,))


def preview(seed: int, step: int) -> Run:
    """Deploy a build to staging."""
    dice = dice_for(seed, "preview", step)
    service, build = dice.choice(SERVICES), 4000 + step
    stage = Stage(
        agent=DEPLOYER,
        key="staging",
        tool="deploy.preview",
        operation="deploy",
        title=f"Deploy build {build} of {service} to staging",
        target=f"{service} on staging",
        arguments={"service": service, "build": build},
        budget_usd="0.05",
        source="I",
        work_s=dice.uniform(2.0, 4.0),
        cost=usual_cost(dice),
        illness=mishap(dice, 0.03, "build_broken"),
    )
    return Run(requested_by=requester(dice), stages=(stage,))


def release(seed: int, step: int) -> Run:
    """Release a build to customers: a person agrees each time."""
    dice = dice_for(seed, "release", step)
    service, build = SERVICES[step % len(SERVICES)], 4000 + 5 * step
    share = dice.choice((5, 10, 25))
    stage = Stage(
        agent=DEPLOYER,
        key="production",
        tool="deploy.release",
        operation="release",
        title=f"Release build {build} of {service} to {share} % of customers",
        target=f"{service} in production",
        arguments={"service": service, "build": build, "share_percent": share},
        description=f"Build {build} ran on staging without complaints.",
        budget_usd="0.10",
        source="I",
        work_s=dice.uniform(3.0, 6.0),
        cost=usual_cost(dice),
        reports_at=(1,),
    )
    return Run(requested_by=requester(dice), stages=(stage,), patience_s=dice.uniform(500, 800))


def profile(seed: int, step: int) -> Run:
    """Look for duplicates on staging."""
    dice = dice_for(seed, "profile", step)
    table = dice.choice(TABLES)
    stage = Stage(
        agent=STEWARD,
        key="staging",
        tool="records.profile",
        operation="profile",
        title=f"Count duplicates in {table}",
        target=table,
        arguments={"table": table, "sample": 500 + 10 * dice.randint(0, 50)},
        budget_usd="0.02",
        source="I",
        work_s=dice.uniform(1.0, 2.0),
        cost=usual_cost(dice),
        illness=mishap(dice, 0.04, "miscounted"),
    )
    return Run(requested_by=requester(dice), stages=(stage,))


def merge(seed: int, step: int) -> Run:
    """Merge customer records: two people agree, one of them a manager."""
    dice = dice_for(seed, "merge", step)
    pairs = dice.randint(20, 180)
    stage = Stage(
        agent=STEWARD,
        key="production",
        tool="records.merge",
        operation="merge",
        title=f"Merge {pairs} pairs of customer records",
        target="customers",
        arguments={"table": "customers", "pairs": pairs, "keep": "latest"},
        description="Pairs with the same mail address and the same street.",
        budget_usd="0.20",
        source="I",
        work_s=dice.uniform(3.0, 6.0),
        cost=usual_cost(dice),
    )
    return Run(requested_by=requester(dice), stages=(stage,), patience_s=dice.uniform(600, 900))


BEHAVING = (
    Plot(lane="triage", run=triage, first_s=1, every_s=15),
    Plot(lane="preview", run=preview, first_s=4, every_s=30),
    Plot(lane="release", run=release, first_s=20, every_s=150, waiting_most=2),
    Plot(lane="profile", run=profile, first_s=3, every_s=20),
    Plot(lane="merge", run=merge, first_s=45, every_s=300),
)
