"""Notices in the order of their fleet's sequence, although processes push as they commit.

Whoever commits pushes, so two notices may arrive the other way round by some milliseconds. One
that comes early is held until those before it are there, or until they are not worth waiting for.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.feed import Notice


@dataclass(slots=True)
class _Fleet:
    """How far one fleet has come; None until the first notice was let go."""

    last: int | None = None
    early: dict[int, tuple[float, Notice]] = field(default_factory=dict)


class FeedOrder:
    """Puts the notices of all fleets in order; times are seconds of any one clock.

    What has been let go already, or was given up, passes at once: readers know repeated notices.
    """

    def __init__(self, hold_s: float) -> None:
        """Hold an early notice for at most ``hold_s`` seconds."""
        self._hold_s = hold_s
        self._fleets: dict[str, _Fleet] = defaultdict(_Fleet)

    def take(self, notice: Notice, now_s: float) -> list[Notice]:
        """Return what may go now that ``notice`` has come, in order."""
        fleet = self._fleets[notice["fleet"]]
        if fleet.last is not None and notice["seq"] <= fleet.last:
            return [notice]
        fleet.early.setdefault(notice["seq"], (now_s, notice))
        return _followers(fleet)

    def overdue(self, now_s: float) -> list[Notice]:
        """Return what has been held long enough, with what it held up, in order."""
        due: list[Notice] = []
        for fleet in self._fleets.values():
            kept = [seq for seq, (at_s, _) in fleet.early.items() if now_s - at_s >= self._hold_s]
            # Those before the last of them came later and would be late themselves.
            for seq in sorted(seq for seq in fleet.early if seq <= max(kept, default=-1)):
                due.append(fleet.early.pop(seq)[1])
                fleet.last = seq
            due.extend(_followers(fleet))
        return due

    def next_due_s(self) -> float | None:
        """Return when `overdue` has something to say, or None while nothing is held."""
        held = [at_s for fleet in self._fleets.values() for at_s, _ in fleet.early.values()]
        return min(held) + self._hold_s if held else None


def _followers(fleet: _Fleet) -> list[Notice]:
    due: list[Notice] = []
    while fleet.last is not None and fleet.last + 1 in fleet.early:
        fleet.last += 1
        due.append(fleet.early.pop(fleet.last)[1])
    return due
