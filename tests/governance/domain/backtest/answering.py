"""Decisions for tests of the backtest, and a tally of them."""

from __future__ import annotations

from uuid import UUID

from governance.domain.backtest.answers import JUDGED, Answer, Compared, Ending
from governance.domain.backtest.report import BacktestReport
from governance.domain.backtest.tally import BacktestTally
from governance.domain.types import BlastLevel, Preset, Tier, Verdict

DAY_S = 86_400.0
REPORTED = {*JUDGED, Ending.NEUTRAL}
# A window of ten days from 2026-01-01 on, in UTC.
SINCE_S = 1_767_225_600.0
UNTIL_S = SINCE_S + 10 * DAY_S


def answer(
    would_be: Verdict,
    approvals: int = 0,
    *,
    manager: bool = False,
    preset: Preset = Preset.BALANCED,
    tier: Tier = Tier.MEDIUM,
    level: BlastLevel = BlastLevel.MEDIUM,
    reason: str = "Because.",
) -> Answer:
    return Answer(would_be, approvals, manager, preset, tier, level, reason)


RUNS = answer(Verdict.ALLOW)
ONE = answer(Verdict.ESCALATE, 1)
TWO = answer(Verdict.ESCALATE, 2)
MANAGER = answer(Verdict.ESCALATE, 2, manager=True)
DENIED = answer(Verdict.DENY)


def compared(
    base: Answer,
    draft: Answer,
    ending: Ending,
    *,
    number: int = 1,
    day: float = 0.0,
    agent: str = "scout",
    owner: str = "anna",
) -> Compared:
    return Compared(
        UUID(int=number),
        UUID(int=1000 + number),
        agent,
        owner,
        SINCE_S + day * DAY_S,
        base,
        draft,
        ending,
    )


def tally_of(*decisions: Compared) -> BacktestTally:
    """Return a tally of decisions, and of the outcomes that they led to."""
    tally = BacktestTally(since_s=SINCE_S, until_s=UNTIL_S)
    for one in decisions:
        tally.compared(one)
        if one.ending in REPORTED:
            tally.ended(one.agent, one.at_s, one.ending)
    return tally


def report_of(tally: BacktestTally) -> BacktestReport:
    return tally.report(base_number=7, changes=(), tries=1)
