"""Where an earlier run of the program stopped: asked of Countersign, kept nowhere else."""

from __future__ import annotations

from collections.abc import Callable


def last_existing(exists: Callable[[int], bool]) -> int:
    """Return the largest number that exists, or -1 for none.

    Numbers are given one after another from 0 on. Doubling, then halving: 2 log2(n) questions.
    """
    if not exists(0):
        return -1
    known, unknown = 0, 1
    while exists(unknown):
        known, unknown = unknown, 2 * unknown
    while unknown - known > 1:
        middle = (known + unknown) // 2
        if exists(middle):
            known = middle
        else:
            unknown = middle
    return known
