"""The most changed decisions of a backtest, kept in a heap of ten."""

from __future__ import annotations

import heapq

from governance.domain.backtest.answers import NEVER_RAN, Compared, Ending, Kind, asks_of
from governance.domain.backtest.report import Case

CASES = 10
# What a case is worth a look for, in points; a level adds ten for each step above Low, so that a
# failure stopped at any level stands before a good task held, and critical work before either.
_KINDS = {
    Kind.STOPPED: 20,
    Kind.LET: 20,
    Kind.NEWLY_ASKED: 8,
    Kind.UNASKED: 8,
    Kind.ASKED_MORE: 4,
    Kind.ASKED_LESS: 4,
}
_FAILED_TIGHTENED, _LEVEL, _CRITICAL = 40, 3, 40


class TopCases:
    """Failures stopped and critical tasks first, then what changed most, then the earliest."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, float, str, Compared, Kind]] = []

    def add(self, one: Compared, kind: Kind) -> None:
        """Keep a case, which is answered otherwise, if it is among the most changed."""
        entry = (case_points(one, kind), -one.at_s, str(one.decision_id), one, kind)
        if len(self._heap) < CASES:
            heapq.heappush(self._heap, entry)
        elif entry[:3] > self._heap[0][:3]:
            heapq.heapreplace(self._heap, entry)

    def told(self) -> tuple[Case, ...]:
        """Return the cases, the most changed first."""
        ranked = sorted(self._heap, key=lambda entry: entry[:3], reverse=True)
        return tuple(_case(one, kind) for *_, one, kind in ranked)


def case_points(one: Compared, kind: Kind) -> int:
    """Return how much a changed decision is worth a look; higher comes first."""
    level = max(one.base.level, one.draft.level, key=lambda each: each.rank)
    points = _KINDS[kind] + _LEVEL * level.rank
    if level.rank == len(type(level)) - 1:
        points += _CRITICAL
    if kind.tightens and one.ending is Ending.FAILED:
        points += _FAILED_TIGHTENED
    # What people or the gate had turned away already never ran: nothing more is kept from running.
    return points - _KINDS[kind] if kind.tightens and one.ending in NEVER_RAN else points


def _case(one: Compared, kind: Kind) -> Case:
    return Case(
        decision_id=one.decision_id,
        task_id=one.task_id,
        agent=one.agent,
        owner=one.owner,
        at_s=one.at_s,
        kind=kind,
        level=one.base.level,
        base=asks_of(one.base),
        draft=asks_of(one.draft),
        base_reason=one.base.reason,
        draft_reason=one.draft.reason,
        base_tier=one.base.tier,
        draft_tier=one.draft.tier,
        ending=one.ending,
    )
