"""What a replay of two policies comes to, counted while it runs, in bounded memory.

Counters grow with agents, owners and days, never with decisions; of single cases ten are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from governance.domain.backtest.answers import Compared, Ending, Kind, Side, kind_of
from governance.domain.backtest.bounds import estimate_of, unknown_of
from governance.domain.backtest.cases import TopCases
from governance.domain.backtest.counts import DecisionCounts, EndingCounts
from governance.domain.backtest.figures import Figures, Part
from governance.domain.backtest.replayable import not_replayed, only_loosens
from governance.domain.backtest.report import BacktestReport, Coverage, FieldChange, LeftOut
from governance.domain.backtest.trips import TierCounts, TripCounts
from governance.domain.policy.changes import PolicyChange
from governance.domain.types import Tier

# So many reasons and ids of decisions that are left out are kept; what goes beyond has one line.
_REASONS, _EXAMPLES, _OTHER = 20, 5, "Other reasons."


class _PartTally:
    """Everything that is counted in one part of the window."""

    def __init__(self) -> None:
        self.decisions = DecisionCounts()
        self.outcomes = EndingCounts()
        self.trips = TripCounts()
        self.tier_changes: Counter[Side] = Counter()

    def told(self, part: Part, since_s: float, until_s: float, *, loosens: bool) -> Figures:
        """Return the figures; ``loosens`` says that the change as a whole loosens."""
        counts, outcomes = self.decisions, self.outcomes.told()
        owners, owners_left_out = counts.owners()
        changed = counts.kinds.total() - counts.kinds[Kind.LIMITS]
        return Figures(
            part=part,
            since_s=since_s,
            until_s=until_s,
            decisions=counts.decisions,
            changed=changed,
            limits_changed=counts.kinds[Kind.LIMITS],
            moves=counts.moves(),
            levels=counts.levels(),
            owners=owners,
            owners_left_out=owners_left_out,
            outcomes=outcomes,
            stopped=counts.endings[Kind.STOPPED].told(),
            newly_asked=counts.endings[Kind.NEWLY_ASKED].told(),
            let=counts.endings[Kind.LET].told(),
            unasked=counts.endings[Kind.UNASKED].told(),
            work=counts.work(),
            base_load=counts.loads[Side.BASE].told(),
            draft_load=counts.loads[Side.DRAFT].told(),
            freezes=self.trips.told(),
            base_tier_changes=self.tier_changes[Side.BASE],
            draft_tier_changes=self.tier_changes[Side.DRAFT],
            estimate=None if loosens else estimate_of(counts, outcomes),
            unknown=unknown_of(counts),
        )


class BacktestTally:
    """Counts a window's decisions, outcomes, freezes and tiers, for the whole and for each half."""

    def __init__(self, *, since_s: float, until_s: float) -> None:
        """Begin a window, ``since_s`` <= time < ``until_s`` (epoch seconds).

        Raises:
            ValueError: if the window is empty.
        """
        if not since_s < until_s:
            msg = f"since_s must be before until_s, got {since_s:g} and {until_s:g}"
            raise ValueError(msg)
        self._since_s, self._until_s = since_s, until_s
        self._middle_s = (since_s + until_s) / 2
        self._whole, self._first, self._second = _PartTally(), _PartTally(), _PartTally()
        self._cases, self._tiers = TopCases(), TierCounts()
        self._left_out: Counter[str] = Counter()
        self._examples: list[UUID] = []
        self._unplayed = 0

    def compared(self, one: Compared) -> None:
        """Count one decision with both answers."""
        kind = kind_of(one.base, one.draft)
        for part in self._parts(one.at_s):
            part.decisions.add(one, kind)
        if kind is not None and kind is not Kind.LIMITS:
            self._cases.add(one, kind)

    def ended(self, agent: str, at_s: float, ending: Ending) -> None:  # noqa: ARG002
        """Count one outcome of the record, whichever decision it belongs to."""
        for part in self._parts(at_s):
            part.outcomes.add(ending)

    def tripped(self, side: Side, agent: str, at_s: float, sentence: str) -> None:
        """Count one freeze by a detector under one policy, in the order of time."""
        for part in self._parts(at_s):
            part.trips.add(side, agent, at_s, sentence)

    def tier_changed(
        self,
        side: Side,
        agent: str,  # noqa: ARG002
        at_s: float,
        before: Tier,  # noqa: ARG002
        after: Tier,  # noqa: ARG002
    ) -> None:
        """Count one change of tier under one policy."""
        for part in self._parts(at_s):
            part.tier_changes[side] += 1

    def stood(self, agent: str, base: Tier, draft: Tier) -> None:
        """Note in which tiers an agent ends the window."""
        self._tiers.stood(agent, base, draft)

    def unreplayable(self, decision_id: UUID, why: str) -> None:
        """Count a decision whose recorded answer the base does not give again, and why."""
        known = why in self._left_out or len(self._left_out) < _REASONS
        self._left_out[why if known else _OTHER] += 1
        if len(self._examples) < _EXAMPLES:
            self._examples.append(decision_id)

    def unplayed(self, acts: int) -> None:
        """Count acts on agents that were not possible where the draft has them."""
        self._unplayed += acts

    def report(
        self, *, base_number: int, changes: Sequence[PolicyChange], tries: int
    ) -> BacktestReport:
        """Return what all of it comes to.

        Args:
            base_number: the version in force.
            changes: what the draft says otherwise.
            tries: how many settings were tried on this window, this one included; at least 1.
        """
        since_s, middle_s, until_s = self._since_s, self._middle_s, self._until_s
        loosens = only_loosens(changes)
        whole = self._whole.told(Part.WHOLE, since_s, until_s, loosens=loosens)
        # A half alone may have stopped more than it let run; that is chance.
        loosens = loosens or whole.estimate is None
        return BacktestReport(
            base_number=base_number,
            tries=tries,
            changes=tuple(_field_change(change) for change in changes),
            not_replayed=not_replayed(changes),
            coverage=self._coverage(whole.decisions),
            whole=whole,
            first=self._first.told(Part.FIRST, since_s, middle_s, loosens=loosens),
            second=self._second.told(Part.SECOND, middle_s, until_s, loosens=loosens),
            frozen=self._whole.trips.listed(),
            agents=self._tiers.agents,
            tier_moves=self._tiers.moves(),
            tiers=self._tiers.listed(),
            cases=self._cases.told(),
            unplayed=self._unplayed,
        )

    def _parts(self, at_s: float) -> tuple[_PartTally, _PartTally]:
        return self._whole, self._first if at_s < self._middle_s else self._second

    def _coverage(self, compared: int) -> Coverage:
        ranked = sorted(self._left_out.items(), key=lambda each: (-each[1], each[0]))
        return Coverage(
            decisions=compared + self._left_out.total(),
            compared=compared,
            left_out=tuple(LeftOut(why=why, decisions=count) for why, count in ranked),
            examples=tuple(self._examples),
        )


def _field_change(change: PolicyChange) -> FieldChange:
    return FieldChange(
        path=change.path,
        before=_plain(change.before),
        after=_plain(change.after),
        unit=change.unit,
        meaning=change.meaning,
    )


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value
