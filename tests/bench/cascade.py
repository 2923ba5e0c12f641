"""How many planted cascades are found, and how often falsely: ``python tests/bench/cascade.py``.

The setting of docs/evidence.md, Cascades: 80 agents, 14 days, about 13,000 trees of 100,000 tasks for each of
four seeds, and over them 18 planted cascades of at least six failures. A tree grows by tasks that
continue a random earlier one; agents differ in how often they fail, classes of work too, and below
a failed parent the odds of failing are 1.4 times as high without anybody's fault. In a planted
tree the first task spoils what it gives out, and whoever builds on spoiled input fails with
probability 0.6 and spoils its own. What each task is expected to fail is what the product expects:
the class rate of the rest of the fleet times what this agent has shown, refreshed every 10 min.

An alarm is false if it is about a tree with nothing planted. Options: ``--first SEED``,
``--outage`` lets everybody's odds be four times as high on the 8th day.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parents[2])

from governance.domain.breaker_state import Learned  # noqa: E402
from governance.domain.cascade import (  # noqa: E402
    Child,
    LineageStat,
    lineage_fold,
    lineage_spread,
)
from governance.domain.class_rates import (  # noqa: E402
    ClassOutcome,
    RefreshTotals,
    Tally,
    failure_expected,
    refresh_fold,
    refresh_view,
)
from governance.domain.policy.breaker import BreakerPolicy  # noqa: E402
from governance.domain.policy.cascade import CascadePolicy  # noqa: E402
from governance.domain.policy.trust import TrustPolicy  # noqa: E402
from governance.domain.suspicion import failure_usual, learned_after  # noqa: E402

FIRST_SEED, SEEDS, DAYS, DAY_S = 301, 4, 14.0, 86_400.0
AGENTS, TREES, TASKS_MEAN = 80, 13_000, 7.7
# Two seeds with five planted cascades, two with four: 18 in all.
PLANTED = (5, 5, 4, 4)
PLANTED_TASKS, FAILURES_LEAST, SPREADS = (20, 41), 6, 0.6
CLASSES = (("stateless:LOW", 0.03), ("pipeline:LOW", 0.06), ("pipeline:MEDIUM", 0.10))
# Standard deviation of the logarithm of an agent's odds; odds below a failed parent; of an outage.
SPREAD, HARDER, OUTAGE_ODDS, OUTAGE_DAY = 0.4, 1.4, 4.0, 7.0
GAP_S, REFRESH_S = 300.0, 600.0
TRUST, BREAKER, POLICY = TrustPolicy(), BreakerPolicy(), CascadePolicy()


class Work(NamedTuple):
    """One task of a tree: its parent's place or None, who does it, of which class, when it ends."""

    tree: int
    place: int
    parent: int | None
    agent: int
    kind: int
    ends_s: float


class Ended(NamedTuple):
    """How a task ended."""

    agent: int
    failed: bool


class Result(NamedTuple):
    """What one seed gave; ``sizes`` are the tasks of a tree that had ended at its true alarm."""

    tasks: int
    planted: int
    found: int
    false: int
    watched: int
    sizes: list[int]
    spread_planted: tuple[int, int]
    spread_honest: tuple[int, int]


class Expecting:
    """What the product expects of each task, learned as it goes."""

    def __init__(self) -> None:
        self.totals = RefreshTotals()
        self.shares: dict[str, dict[str, Tally]] = {}
        self.learned: list[Learned] = [Learned()] * AGENTS
        self.fresh: list[ClassOutcome] = []
        self.refreshed_s = 0.0

    def usual(self, work: Work, *, failed: bool) -> float:
        """Return how often this agent fails on such work, and learn how it went."""
        if work.ends_s >= self.refreshed_s + REFRESH_S:
            self._refresh(work.ends_s)
        name, key = str(work.agent), CLASSES[work.kind][0]
        view = refresh_view(
            number=1,
            classes=self.totals.classes,
            own=self.shares.get(name, {}),
            sources_30d=3,
            policy=TRUST,
        )
        expected = failure_expected(view, key, TRUST)
        usual = failure_usual(self.learned[work.agent], expected, TRUST, BREAKER)
        self.learned[work.agent] = learned_after(
            self.learned[work.agent], float(failed), expected, work.ends_s, TRUST
        )
        self.fresh.append(ClassOutcome(name, key, float(failed), expected))
        return usual

    def _refresh(self, at_s: float) -> None:
        previous = RefreshTotals(classes=self.totals.classes, shares=self.shares)
        self.totals = refresh_fold(previous, self.fresh, TRUST)
        for name, own in self.totals.shares.items():
            self.shares[name] = dict(own)
        self.fresh.clear()
        self.refreshed_s = at_s


def grown(tree: int, size: int, begins_s: float, draw: np.random.Generator) -> Iterator[Work]:
    """Yield a tree of ``size`` tasks, each after the one it builds on."""
    ends: list[float] = []
    for place in range(size):
        parent = None if place == 0 else int(draw.integers(place))
        began_s = begins_s if parent is None else ends[parent]
        ends.append(began_s + draw.exponential(GAP_S))
        agent, kind = int(draw.integers(AGENTS)), int(draw.integers(len(CLASSES)))
        yield Work(tree, place, parent, agent, kind, ends[-1])


def planted(
    tree: int, begins_s: float, draw: np.random.Generator
) -> tuple[list[Work], dict[int, bool]]:
    """Return a tree whose first task spoils what builds on it, with who fails by that: 6 or more.

    Whoever is not spoiled does its work as ever.
    """
    while True:
        works = list(grown(tree, int(draw.integers(*PLANTED_TASKS)), begins_s, draw))
        spoiled = {0}
        for work in works[1:]:
            if work.parent in spoiled and draw.random() < SPREADS:
                spoiled.add(work.place)
        if len(spoiled) >= FAILURES_LEAST:
            return works, dict.fromkeys(spoiled, True)


def run(seed: int, count: int, *, outage: bool) -> Result:
    """Return what 14 days of one seed gave."""
    draw = np.random.default_rng(seed)
    odds = np.exp(draw.normal(0.0, SPREAD, AGENTS))
    trees: list[list[Work]] = []
    spoiled: dict[int, dict[int, bool]] = {}
    for tree in range(TREES):
        begins_s = float(draw.uniform(0.0, DAYS * DAY_S))
        if tree < count:
            # Not among the first days: somebody must have shown what is ordinary.
            begins_s = float(draw.uniform(2.0, DAYS)) * DAY_S
            works, spoiled[tree] = planted(tree, begins_s, draw)
        else:
            size = int(draw.geometric(1.0 / TASKS_MEAN))
            works = list(grown(tree, size, begins_s, draw))
        trees.append(works)
    return _played(trees, spoiled, odds, draw, outage=outage)


def _played(
    trees: list[list[Work]],
    spoiled: dict[int, dict[int, bool]],
    odds: np.ndarray,
    draw: np.random.Generator,
    *,
    outage: bool,
) -> Result:
    expecting = Expecting()
    stats: dict[int, LineageStat] = {}
    ended: dict[tuple[int, int], Ended] = {}
    had_child: set[tuple[int, int]] = set()
    alarms: dict[int, int] = {}
    watched: set[int] = set()
    done: dict[int, int] = {}
    for work in sorted((work for works in trees for work in works), key=_when):
        above = None if work.parent is None else ended[work.tree, work.parent]
        failed = spoiled.get(work.tree, {}).get(work.place) or _fails(
            work, above, odds, draw, outage=outage
        )
        usual = expecting.usual(work, failed=failed)
        ended[work.tree, work.place] = Ended(work.agent, failed)
        done[work.tree] = done.get(work.tree, 0) + 1
        if above is None or not above.failed:
            continue
        parent = (work.tree, work.parent or 0)
        child = Child(
            str(work.agent), str(above.agent), failed, usual, is_first=parent not in had_child
        )
        had_child.add(parent)
        stats[work.tree] = lineage_fold(stats.get(work.tree, LineageStat()), child, POLICY)
        if not failed:
            continue
        spread = lineage_spread(stats[work.tree], POLICY)
        if spread.is_watched:
            watched.add(work.tree)
        if spread.is_cascade and work.tree not in alarms:
            alarms[work.tree] = done[work.tree]
    return Result(
        tasks=len(ended),
        planted=len(spoiled),
        found=sum(tree in alarms for tree in spoiled),
        false=sum(tree not in spoiled for tree in alarms),
        watched=sum(tree not in spoiled for tree in watched),
        sizes=[size for tree, size in alarms.items() if tree in spoiled],
        spread_planted=_ratio(stats, spoiled.keys()),
        spread_honest=_ratio(stats, stats.keys() - spoiled.keys()),
    )


def _when(work: Work) -> float:
    return work.ends_s


def _fails(
    work: Work, above: Ended | None, odds: np.ndarray, draw: np.random.Generator, *, outage: bool
) -> bool:
    rate = CLASSES[work.kind][1]
    here = rate / (1.0 - rate) * float(odds[work.agent])
    if above is not None and above.failed:
        here *= HARDER
    if outage and int(work.ends_s / DAY_S) == OUTAGE_DAY:
        here *= OUTAGE_ODDS
    return bool(draw.random() < here / (1.0 + here))


def _ratio(stats: dict[int, LineageStat], trees: object) -> tuple[int, int]:
    kept = [stats[tree] for tree in trees if tree in stats]  # type: ignore[attr-defined]
    return sum(stat.failures for stat in kept), sum(stat.parents for stat in kept)


def main() -> int:
    """Run the four seeds and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=FIRST_SEED)
    parser.add_argument("--outage", action="store_true")
    given = parser.parse_args()
    results = []
    for number, count in enumerate(PLANTED):
        result = run(given.first + number, count, outage=given.outage)
        results.append(result)
        print(
            f"seed {given.first + number}: {result.tasks:,} tasks in {TREES:,} trees,"
            f" {result.found} of {result.planted} planted found, {result.false} false alarms,"
            f" {result.watched} honest trees watched",
            flush=True,
        )
    found, all_planted = sum(r.found for r in results), sum(r.planted for r in results)
    per_day = sum(r.false for r in results) / (DAYS * SEEDS)
    sizes = sorted(size for result in results for size in result.sizes)
    print(f"planted cascades found: {found} of {all_planted} (wanted: at least 15 of 18)")
    print(f"false alarms a day: {per_day:.3f} (wanted: at most 0.05)")
    print(f"watched for nothing a day: {sum(r.watched for r in results) / (DAYS * SEEDS):.2f}")
    print(f"tasks of the tree ended at the alarm, median: {sizes[len(sizes) // 2] if sizes else 0}")
    for name, pairs in (
        ("planted", [r.spread_planted for r in results]),
        ("honest", [r.spread_honest for r in results]),
    ):
        failures, parents = (sum(column) for column in zip(*pairs, strict=True))
        print(f"R in {name} trees: {failures / max(1, parents):.2f} ({failures} below {parents})")
    return 0 if found >= 15 and per_day <= 0.05 else 1


if __name__ == "__main__":
    sys.exit(main())
