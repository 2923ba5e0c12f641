"""Chance that is the same each time: one die for each step of a lane."""

from __future__ import annotations

from random import Random

from config.simulation.past import STAFF, USUAL_COST
from config.simulation.runs import Illness


def dice_for(seed: int, lane: str, step: int) -> Random:
    """Return the die of one step."""
    return Random(f"{seed}/{lane}/{step}")  # noqa: S311 - a story, not a secret


def requester(dice: Random) -> str:
    """Return who wants the work."""
    return dice.choice(STAFF)


def usual_cost(dice: Random) -> float:
    """Return what work costs when all is well, in shares of its budget: as in the past."""
    return dice.uniform(*USUAL_COST)


def mishap(dice: Random, share: float, error_code: str) -> Illness | None:
    """Return the failure that befalls a ``share`` of all work, and None for the rest."""
    return Illness(error_code=error_code) if dice.random() < share else None
