"""Limits of single numbers for the path of every outcome: `max` and `min` cost three times as much.

They take any number of arguments, and pack even two into a tuple.
"""

from __future__ import annotations


def at_least(value: float, least: float) -> float:
    """Return ``value``, or ``least`` where it is below."""
    if value < least:
        return least
    return value


def at_most(value: float, most: float) -> float:
    """Return ``value``, or ``most`` where it is above."""
    if value > most:
        return most
    return value
