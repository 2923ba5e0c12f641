"""Drift: the pricing analyst gets slowly worse and dearer, until somebody mends it."""

from __future__ import annotations

from config.simulation.cast import PRICING
from config.simulation.plots.dice import dice_for, requester, usual_cost
from config.simulation.runs import Illness, Plot, Run, Stage

GOODS = ("boots", "coats", "lamps", "kettles", "backpacks")
MENDED_AT_LEVEL = 3
# Steps of the lane "prices": sound at first, then worse from step to step, then rolled back.
STORY_STEPS, SOUND_STEPS, WORST_STEP, ROLLED_BACK_STEP = 600, 12, 120, 300
FAILS_FIRST, FAILS_WORST = 0.02, 0.45
COST_FIRST, COST_WORST = 0.42, 1.8


def worn(step: int) -> float:
    """Return how far the analyst has drifted at a step of ``prices``, in [0, 1]."""
    at = step % STORY_STEPS
    if at >= ROLLED_BACK_STEP:
        return 0.0
    return min(1.0, max(0.0, (at - SOUND_STEPS) / (WORST_STEP - SOUND_STEPS)))


def prices(seed: int, step: int) -> Run:
    """Read what others charge."""
    dice = dice_for(seed, "prices", step)
    good, drift = dice.choice(GOODS), worn(step)
    fails = dice.random() < FAILS_FIRST + drift * (FAILS_WORST - FAILS_FIRST)
    stage = Stage(
        agent=PRICING,
        key="production",
        tool="prices.read",
        operation="read",
        title=f"Compare prices of {good}",
        target=good,
        arguments={"good": good, "shops": 5},
        budget_usd="0.02",
        source="I",
        work_s=dice.uniform(0.8, 1.6) * (1.0 + drift),
        cost=COST_FIRST * dice.uniform(0.9, 1.1) + drift * (COST_WORST - COST_FIRST),
        illness=Illness(error_code="wrong_price", until_level=MENDED_AT_LEVEL) if fails else None,
    )
    return Run(requested_by=requester(dice), stages=(stage,))


def publish(seed: int, step: int) -> Run:
    """Publish a price: alone while it is trusted, with a person's agreement when it is not."""
    dice = dice_for(seed, "publish", step)
    good, cents = dice.choice(GOODS), dice.randint(1_900, 9_900)
    stage = Stage(
        agent=PRICING,
        key="production",
        tool="prices.publish",
        operation="publish",
        title=f"Set the price of {good} to {cents / 100:.2f} USD",
        target=good,
        arguments={"good": good, "price_usd": f"{cents / 100:.2f}"},
        description="The median of five shops, less two per cent.",
        budget_usd="0.02",
        source="I",
        work_s=dice.uniform(0.8, 1.6),
        cost=usual_cost(dice),
    )
    return Run(requested_by=requester(dice), stages=(stage,), patience_s=dice.uniform(300, 500))


DRIFTING = (
    Plot(lane="prices", run=prices, first_s=5, every_s=9),
    Plot(lane="publish", run=publish, first_s=25, every_s=60),
)
