"""How near a backtest comes to the truth: ``python tests/bench/backtest_truth.py``.

A generated fleet answers to its policy as docs/evidence.md, Backtests has it: 200 agents, 60 days, a quarter of
them break; an agent that is stopped is repaired sooner, what is stopped goes to other agents, and
what four agents may not do nobody does. Gate and engine are the product's own. Each world is
recorded under one policy, and each draft is told twice: by a backtest of that record, and by the
same world run afresh under the draft, with the same agents, tasks and luck.

Printed for each draft that tightens: in how many worlds the truth lies between best case and worst
case (what newly runs may all fail), what a plain replay promises, none of what is stopped failing,
and by how much that is wrong, and on which side of the corrected figure the truth lies. For each draft that loosens: how much newly
runs, and that no sentence of the report estimates its failures.

Options: ``--seeds N``, ``--agents N``, ``--days N``, ``--tasks N`` a day and agent, ``--attempts N``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from statistics import fmean

sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.governance.backtest.feedback_plan import Size  # noqa: E402
from tests.governance.backtest.feedback_truth import (  # noqa: E402
    Truth,
    drafts_loosening,
    drafts_tightening,
    estimates_said,
    truths,
)

# Of twenty worlds nineteen.
ASKED = 0.95


def world_truths(seed: int, size: Size) -> dict[str, Truth]:
    """Return what a backtest says of every draft on one world, beside the truth."""
    return truths(seed, size, {**drafts_tightening(), **drafts_loosening()})


def _tightened(name: str, found: Sequence[Truth]) -> bool:
    print(f"\n{name} (tightens)")
    print("  seed  today  best  corrected  worst  newly  truth  plain replay     truth  within")
    for each in found:
        whole = each.report.whole
        bounds, unknown = whole.estimate, whole.unknown
        newly = 0 if unknown is None else unknown.tasks
        if bounds is None:
            print(f"  {each.seed:>4}  {each.today:>5}  no estimate; {newly} newly run")
            continue
        print(
            f"  {each.seed:>4}  {each.today:>5}  {bounds.best:>4}  {bounds.corrected:>9.0f}"
            f"  {bounds.worst:>5.0f}  {newly:>5}  {each.truth:>5}"
            f"  {each.naive / each.today - 1:>+12.1%}  {each.truth / each.today - 1:>+8.1%}"
            f"  {'yes' if each.is_within else 'NO'}"
        )
    told = [(each, each.report.whole.estimate) for each in found]
    known = [(each, bounds) for each, bounds in told if bounds is not None]
    within = sum(each.is_within for each in found)
    naive = fmean(each.naive / each.today - 1 for each, _ in known)
    truth = fmean(each.truth / each.today - 1 for each, _ in known)
    middle = fmean(bounds.corrected / each.today - 1 for each, bounds in known)
    better = sum(each.truth < bounds.corrected for each, bounds in known)
    undone = fmean(each.truth_undone - each.undone for each in found)
    met = within >= ASKED * len(found)
    print(
        f"  within in {within} of {len(found)} worlds: {'met' if met else 'NOT MET'}; on average"
        f" truth {truth:+.1%}, plain replay {naive:+.1%} (wrong by {naive - truth:+.1%}), corrected"
        f" {middle:+.1%}; the truth is below the corrected figure in {better} of {len(known)};"
        f" {undone:,.0f} more tasks are left undone"
    )
    return met


def _loosened(name: str, found: Sequence[Truth]) -> bool:
    print(f"\n{name} (loosens)")
    tasks = [0 if (it := one.report.whole.unknown) is None else it.tasks for one in found]
    truth = fmean(each.truth / each.today - 1 for each in found)
    estimated = sum(
        bool(estimates_said(each.report)) or each.report.whole.estimate is not None
        for each in found
    )
    within = sum(each.truth <= each.most for each in found)
    print(
        f"  {fmean(tasks):,.0f} tasks on average would newly run, 0 to all of them fail; the truth"
        f" ({truth:+.1%} failures) is within in {within} of {len(found)}; reports with a point"
        f" estimate: {estimated}: {'met' if not estimated else 'NOT MET'}"
    )
    return not estimated


def main() -> int:
    """Print the table; return 1 where a bound is not met."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--agents", type=int, default=200)
    options.add_argument("--days", type=int, default=60)
    options.add_argument("--tasks", type=float, default=3.0)
    options.add_argument("--attempts", type=int, default=4)
    chosen = options.parse_args()
    size = Size(chosen.agents, chosen.days, chosen.tasks, chosen.attempts)
    began = time.monotonic()
    with ProcessPoolExecutor(2) as pool:
        worlds = list(pool.map(partial(world_truths, size=size), range(chosen.seeds)))
    print(
        f"{chosen.seeds} worlds of {size.agents} agents x {size.days} days x {size.tasks_a_day:g}"
        f" tasks a day, {time.monotonic() - began:,.0f} s"
    )
    met = [_tightened(name, [one[name] for one in worlds]) for name in drafts_tightening()]
    met += [_loosened(name, [one[name] for one in worlds]) for name in drafts_loosening()]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
