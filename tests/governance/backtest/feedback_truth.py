"""What a backtest of a recorded world says of a draft, beside what the same world does under it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from governance.backtest.run import backtest_run
from governance.domain.backtest.report import BacktestReport
from governance.domain.backtest.tally import BacktestTally
from governance.domain.backtest.words import report_words
from governance.domain.policy import Policy, policy_default
from governance.domain.policy.changes import policy_changes
from governance.domain.types import Approval
from tests.governance.backtest.feedback import World
from tests.governance.backtest.feedback_fleet import VERSION, WorldRecord
from tests.governance.backtest.feedback_plan import Size

# What a loosening must never say: a share, or a figure between the bounds.
_ESTIMATE = re.compile(
    r"%|about \d|up to|between|expect|likely|corrected|instead of|probabl|average", re.IGNORECASE
)


class Truth(NamedTuple):
    """One draft on one world: failures and tasks that nobody did, then and under the draft."""

    seed: int
    today: int
    undone: int
    truth: int
    truth_undone: int
    report: BacktestReport

    @property
    def naive(self) -> int:
        """Return the failures that a plain replay promises: none of what is stopped fails."""
        return self.today - self.report.whole.stopped.failed

    @property
    def most(self) -> float:
        """Return the most failures that the report admits: what newly runs may all fail."""
        whole = self.report.whole
        worst = float(self.today) if whole.estimate is None else whole.estimate.worst
        return worst + (0 if whole.unknown is None else whole.unknown.tasks)

    @property
    def is_within(self) -> bool:
        """Return whether the truth lies between the best case and the most."""
        estimate = self.report.whole.estimate
        best = self.today if estimate is None else estimate.best
        return best <= self.truth <= self.most


def policy_in_force() -> Policy:
    """Return the policy of the world: tier low does Low work only, tier medium none of High."""
    default = policy_default()
    tables, deny = default.approvals, Approval.DENY
    return replace(
        default,
        approvals=replace(
            tables,
            conservative=replace(tables.conservative, medium=deny, high=deny),
            balanced=replace(tables.balanced, high=deny, critical=deny),
            aggressive=replace(tables.aggressive, high=Approval.RUN),
        ),
    )


def drafts_tightening() -> dict[str, Policy]:
    """Return drafts that tighten in one place each."""
    base = policy_in_force()
    tables, trust, breaker = base.approvals, base.trust, base.breaker
    strict = replace(breaker, suspicion_low=5.0, suspicion_medium=5.0, suspicion_high=5.0)
    balanced = replace(tables.balanced, medium=Approval.DENY)
    aggressive = replace(tables.aggressive, high=Approval.ONE)
    return {
        "tier high from 0.90": replace(base, trust=replace(trust, level_high=0.90)),
        "tier medium earned at 0.75": replace(base, trust=replace(trust, earn_medium_level=0.75)),
        "Medium denied to tier medium": replace(base, approvals=replace(tables, balanced=balanced)),
        "High asked of tier high": replace(base, approvals=replace(tables, aggressive=aggressive)),
        "frozen at suspicion 5": replace(base, breaker=strict),
    }


def drafts_loosening() -> dict[str, Policy]:
    """Return drafts that loosen in one place each."""
    base = policy_in_force()
    tables, trust, breaker = base.approvals, base.trust, base.breaker
    mild = replace(breaker, suspicion_low=11.0, suspicion_medium=11.0, suspicion_high=11.0)
    conservative = replace(tables.conservative, medium=Approval.RUN_SAMPLED)
    return {
        "Medium run by tier low": replace(
            base, approvals=replace(tables, conservative=conservative)
        ),
        "tier high from 0.75": replace(base, trust=replace(trust, level_high=0.75)),
        "frozen at suspicion 11": replace(base, breaker=mild),
    }


def backtested(record: WorldRecord, draft: Policy) -> BacktestReport:
    """Return what a backtest says of a draft on one record."""
    base = policy_in_force()
    tally = BacktestTally(since_s=record.since_s, until_s=record.until_s)
    backtest_run(record, base=base, draft=draft, tally=tally)
    return tally.report(base_number=VERSION, changes=policy_changes(base, draft), tries=1)


def recorded(seed: int, size: Size) -> World:
    """Return a world that was run under the policy in force."""
    world = World(seed, size, policy_in_force(), recorded=True)
    world.run()
    return world


def truths(seed: int, size: Size, drafts: Mapping[str, Policy]) -> dict[str, Truth]:
    """Return each draft backtested on the record of one world, with what really comes of it."""
    world = recorded(seed, size)
    record, today = world.record(), world.lived
    found = {}
    for name, draft in drafts.items():
        really = World(seed, size, draft, recorded=False).run()
        found[name] = Truth(
            seed,
            today.failures,
            today.undone,
            really.failures,
            really.undone,
            backtested(record, draft),
        )
    return found


def estimates_said(report: BacktestReport) -> list[str]:
    """Return the sentences of a loosening that estimate failures; there may be none."""
    words = report_words(report)
    parts = (words.whole, words.first, words.second)
    lines = [line for part in parts for line in (*part.estimate, *part.unknown)]
    return [line for line in lines if _ESTIMATE.search(line)]
