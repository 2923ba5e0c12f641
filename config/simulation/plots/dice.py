"""Chance that is the same each time: one die for each step of a lane."""

from __future__ import annotations

from random import Random

from config.simulation.past import STAFF


def dice_for(seed: int, lane: str, step: int) -> Random:
    """Return the die of one step."""
    return Random(f"{seed}/{lane}/{step}")  # noqa: S311 - a story, not a secret


def asker(dice: Random) -> str:
    """Return who wants the work."""
    return dice.choice(STAFF)
