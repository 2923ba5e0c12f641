"""What may be estimated of a change that tightens, and what stays unknown where it loosens.

Source: docs/evidence.md, Backtests.

A plain replay takes every stopped task for one that never fails: its figure
is the best case here and never stands alone. For work that did not run there are the bounds of
C. F. Manski (1990), Am. Econ. Rev. 80(2), 319-323: none of it fails, or all of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from governance.domain.backtest.answers import Ending, Kind
from governance.domain.backtest.counts import DecisionCounts
from governance.domain.backtest.figures import Endings, Estimate, LevelWork, Unknown

# A level with fewer tasks that may still run takes the failure rate of all levels together.
KEPT_LEAST = 30
# An agent fails clearly more than usual from so many standard deviations (Poisson) on.
CLEARLY = 2.0


def estimate_of(counts: DecisionCounts, outcomes: Endings) -> Estimate | None:
    """Return the bounds of failures under the draft; None where the draft loosens more than that.

    Where more work is let run than is stopped or newly asked about, no figure of failures is
    given: what the stopped work had come to stays a fact, and the rest is unknown.

    Args:
        counts: the decisions of the period.
        outcomes: everything that was reported in it.
    """
    work = counts.work()
    stopped, stopped_failed = sum(row.stopped for row in work), sum(r.stopped_failed for r in work)
    asked = counts.endings[Kind.NEWLY_ASKED].told()
    leaves_out, tightened = _blocked(counts).tasks, stopped + asked.judged
    if not tightened or leaves_out > tightened:
        return None
    today = outcomes.failed
    repaired, excess = excess_after_stop(counts)
    corrected = today - stopped_failed + sum(row.stopped * kept_rate(row, work) for row in work)
    return Estimate(
        today=today,
        # A task may be decided in the period and end after it.
        best=max(0, today - stopped_failed - asked.failed - excess),
        corrected=corrected,
        worst=max(float(today), corrected),
        outcomes=outcomes.judged,
        stopped=stopped,
        stopped_failed=stopped_failed,
        asked=asked.judged,
        asked_failed=asked.failed,
        repaired=repaired,
        repaired_failed=excess,
        leaves_out=leaves_out,
    )


def unknown_of(counts: DecisionCounts) -> Unknown | None:
    """Return the work that did not run then and would now; None where there is none."""
    blocked = _blocked(counts)
    return blocked if blocked.tasks else None


def kept_rate(row: LevelWork, work: Sequence[LevelWork]) -> float:
    """Return the failure rate in [0, 1] of work that both policies let run.

    Of its own level where that has `KEPT_LEAST` tasks, else of all levels; where nothing may
    still run, the rate at which the stopped work failed.
    """
    if row.kept >= KEPT_LEAST:
        return row.kept_failed / row.kept
    kept = sum(each.kept for each in work)
    if kept:
        return sum(each.kept_failed for each in work) / kept
    return row.stopped_failed / row.stopped if row.stopped else 0.0


def excess_after_stop(counts: DecisionCounts) -> tuple[int, int]:
    """Return agents that were to be stopped and failed clearly more than usual after, and by what.

    A stop may be what brings a repair forward: failures of theirs beyond what such work usually
    fails might then not have been. Own choice, for a simulated fleet whose agents are repaired
    sooner once they are stopped has fewer failures than a best case without it.
    """
    work = counts.work()
    rates = {row.level: kept_rate(row, work) for row in work}
    agents, excess = 0, 0.0
    for after in counts.after_stop.values():
        expected = sum(count * rates[level] for (level, _), count in after.items())
        beyond = sum(count for (_, failed), count in after.items() if failed) - expected
        if beyond > CLEARLY * math.sqrt(expected):
            agents += 1
            excess += beyond
    return agents, math.ceil(excess)


def _blocked(counts: DecisionCounts) -> Unknown:
    """Return the tasks that did not run and would now, by why they did not."""
    let, unasked = counts.endings[Kind.LET], counts.endings[Kind.UNASKED]
    turned_away = (Ending.REFUSED, Ending.WITHDRAWN)
    denied = let.of(Ending.DENIED)
    refused = let.of(*turned_away) + unasked.of(*turned_away, Ending.DENIED)
    waiting = let.of(Ending.WAITING) + unasked.of(Ending.WAITING)
    return Unknown(
        tasks=denied + refused + waiting, denied=denied, refused=refused, waiting=waiting
    )
