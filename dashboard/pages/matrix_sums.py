"""What cells of the matrix add up to: counts are summed, shares are never averaged."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from governance.domain.held_back import OUTCOMES_LEAST, failures_stopped
from governance.domain.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from governance.selectors.rollups import CellSums


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of one cell, or of several together.

    ``stopped`` is how many failures holding work back has stopped, an estimate made cell by cell;
    ``weighed_up`` is the work held up in the cells that allow one, ``weighed_outcomes`` what it
    rests on, 0 where there is none, and ``unweighed`` what was kept from running in the others.
    """

    asked: int = 0
    allowed: int = 0
    escalated: int = 0
    denied: int = 0
    approved: int = 0
    refused: int = 0
    expired: int = 0
    overruled: int = 0
    outcomes: int = 0
    failures: int = 0
    cost_usd: Decimal = ZERO
    stopped: float = 0.0
    weighed_up: int = 0
    weighed_outcomes: int = 0
    unweighed: int = 0

    @property
    def held_up(self) -> int:
        """Return how many tasks did not run at once: people were asked, or the gate denied."""
        return self.escalated + self.denied

    @property
    def held_back(self) -> int:
        """Return how many were kept from running: denied, refused by people, or expired."""
        return self.denied + self.refused + self.expired

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was asked, answered or done."""
        return not (self.asked or self.answered or self.expired or self.outcomes)

    @property
    def answered(self) -> int:
        """Return how often people answered."""
        return self.approved + self.refused

    @property
    def is_weighed(self) -> bool:
        """Return whether anybody can say how many failures were stopped."""
        is_known = self.outcomes >= OUTCOMES_LEAST and not self.held_back
        return is_known or self.weighed_outcomes > 0

    @property
    def per_failure(self) -> float | None:
        """Return the work held up for each failure stopped; None where that is not known."""
        return self.weighed_up / self.stopped if self.stopped else None


def tally_of(cell: CellSums) -> Tally:
    """Return the tally of one cell, with its estimate where its outcomes allow one."""
    counts = Tally(**{name: getattr(cell, name) for name in _COUNTED})
    stopped = failures_stopped(counts.held_back, outcomes=counts.outcomes, failures=counts.failures)
    if stopped is None:
        return replace(counts, unweighed=counts.held_back)
    return replace(
        counts,
        stopped=stopped,
        weighed_up=counts.held_up,
        # Of a cell from which nothing was kept the rate estimates nothing.
        weighed_outcomes=counts.outcomes if counts.held_back else 0,
    )


def added_up(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of cells."""
    listed = list(tallies)
    return Tally(**{name: sum(getattr(each, name) for each in listed) for name in _NAMES})


_NAMES = tuple(field.name for field in fields(Tally))
_COUNTED = _NAMES[: _NAMES.index("stopped")]
