"""Counters of one part of the window: their size depends on levels, owners and days alone."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from governance.domain.backtest.answers import (
    JUDGED,
    Asks,
    Compared,
    Ending,
    Kind,
    Side,
    asks_of,
)
from governance.domain.backtest.figures import Endings, Group, LevelWork, Load, Move
from governance.domain.types import BlastLevel, Verdict

DAY_S = 86_400.0
OWNERS_LISTED = 10
# The approvals that each answer needs.
_PEOPLE = {Asks.ONE: 1, Asks.TWO: 2, Asks.TWO_WITH_MANAGER: 2}


class EndingCounts:
    """How some tasks ended."""

    def __init__(self) -> None:
        self._counts: Counter[Ending] = Counter()

    def add(self, ending: Ending) -> None:
        """Count one task."""
        self._counts[ending] += 1

    def told(self) -> Endings:
        """Return the counts."""
        counts = self._counts
        return Endings(
            succeeded=counts[Ending.SUCCEEDED],
            partial=counts[Ending.PARTIAL],
            failed=counts[Ending.FAILED],
            neutral=counts[Ending.NEUTRAL],
            open=counts[Ending.OPEN],
            waiting=counts[Ending.WAITING],
            never_ran=counts[Ending.DENIED] + counts[Ending.REFUSED] + counts[Ending.WITHDRAWN],
        )

    def of(self, *endings: Ending) -> int:
        """Return how many ended in one of these ways."""
        return sum(self._counts[ending] for ending in endings)


class LoadCounts:
    """What people are asked by one policy."""

    def __init__(self) -> None:
        self._tasks: Counter[Asks] = Counter()
        self._days: Counter[int] = Counter()

    def add(self, asks: Asks, at_s: float) -> None:
        """Count one decision."""
        people = _PEOPLE.get(asks)
        if people is not None:
            self._tasks[asks] += 1
            self._days[int(at_s // DAY_S)] += people

    def told(self) -> Load:
        """Return the counts; of days that are equally busy the earliest is named."""
        one, two, manager = (self._tasks[asks] for asks in _PEOPLE)
        day, most = max(self._days.items(), key=lambda each: (each[1], -each[0]), default=(None, 0))
        named = None if day is None else datetime.fromtimestamp(day * DAY_S, UTC).date().isoformat()
        return Load(
            tasks=one + two + manager,
            approvals=one + 2 * two + 2 * manager,
            one=one,
            two=two,
            with_manager=manager,
            busiest_day=named,
            busiest=most,
        )


class _GroupCounts:
    def __init__(self) -> None:
        self.decisions = self.stricter = self.milder = self.limits = 0

    def add(self, kind: Kind | None) -> None:
        self.decisions += 1
        if kind is None:
            return
        self.stricter += kind.tightens
        self.milder += kind.loosens
        self.limits += kind is Kind.LIMITS

    def told(self, name: str) -> Group:
        return Group(
            name=name,
            decisions=self.decisions,
            changed=self.stricter + self.milder,
            stricter=self.stricter,
            milder=self.milder,
            limits=self.limits,
        )


class DecisionCounts:
    """Decisions of one part of the window, by answer, level and owner, and how their work ended."""

    def __init__(self) -> None:
        self.decisions = 0
        self.kinds: Counter[Kind] = Counter()
        self.endings = {kind: EndingCounts() for kind in Kind}
        self.loads = {side: LoadCounts() for side in Side}
        self._moves: Counter[tuple[Asks, Asks]] = Counter()
        self._levels: dict[str, _GroupCounts] = {}
        self._owners: dict[str, _GroupCounts] = {}
        # Work with a known ending by level: that the draft stops, and that both let run.
        self._stopped: Counter[tuple[BlastLevel, bool]] = Counter()
        self._kept: Counter[tuple[BlastLevel, bool]] = Counter()
        # The latter again, by agents that the draft had stopped by then.
        self.after_stop: dict[str, Counter[tuple[BlastLevel, bool]]] = {}

    def add(self, one: Compared, kind: Kind | None) -> None:
        """Count one decision, and how the draft's answer differs."""
        self.decisions += 1
        base, draft = asks_of(one.base), asks_of(one.draft)
        self.loads[Side.BASE].add(base, one.at_s)
        self.loads[Side.DRAFT].add(draft, one.at_s)
        self._levels.setdefault(one.base.level.value, _GroupCounts()).add(kind)
        self._owners.setdefault(one.owner, _GroupCounts()).add(kind)
        if one.ending in JUDGED:
            self._work(one, kind, failed=one.ending is Ending.FAILED)
        if kind is None:
            return
        self.kinds[kind] += 1
        self.endings[kind].add(one.ending)
        if kind is not Kind.LIMITS:
            self._moves[base, draft] += 1

    def _work(self, one: Compared, kind: Kind | None, *, failed: bool) -> None:
        level = one.base.level
        if kind is Kind.STOPPED:
            self._stopped[level, failed] += 1
            self.after_stop.setdefault(one.agent, Counter())
        elif one.draft.would_be is not Verdict.DENY:
            self._kept[level, failed] += 1
            after = self.after_stop.get(one.agent)
            # Of what people are newly asked the failing ones count as refused already.
            if after is not None and kind is not Kind.NEWLY_ASKED:
                after[level, failed] += 1

    def moves(self) -> tuple[Move, ...]:
        """Return how many decisions went from one answer to another, most first."""
        order = list(Asks)
        ranked = sorted(
            self._moves.items(),
            key=lambda each: (-each[1], order.index(each[0][0]), order.index(each[0][1])),
        )
        return tuple(
            Move(base=base, draft=draft, decisions=count) for (base, draft), count in ranked
        )

    def levels(self) -> tuple[Group, ...]:
        """Return the decisions by level, mildest first."""
        return tuple(
            self._levels[level.value].told(level.value)
            for level in BlastLevel
            if level.value in self._levels
        )

    def owners(self) -> tuple[tuple[Group, ...], int]:
        """Return the owners with the most changes, and how many with changes are left out."""
        changed = [
            each.told(owner)
            for owner, each in self._owners.items()
            if each.stricter + each.milder + each.limits
        ]
        ranked = sorted(changed, key=lambda group: (-group.changed, -group.limits, group.name))
        return tuple(ranked[:OWNERS_LISTED]), max(0, len(ranked) - OWNERS_LISTED)

    def work(self) -> tuple[LevelWork, ...]:
        """Return stopped and kept work with a known ending by level, mildest first."""
        rows = (
            LevelWork(
                level=level,
                stopped=self._stopped[level, True] + self._stopped[level, False],
                stopped_failed=self._stopped[level, True],
                kept=self._kept[level, True] + self._kept[level, False],
                kept_failed=self._kept[level, True],
            )
            for level in BlastLevel
        )
        return tuple(row for row in rows if row.stopped or row.kept)
