from uuid import UUID

import pytest

from governance.domain.backtest.answers import Asks, Ending, Side
from governance.domain.backtest.figures import Endings, Freezes, Group, Load, Move
from governance.domain.backtest.report import AgentFrozen, AgentTier, Frozen, LeftOut, TierMove
from governance.domain.backtest.tally import BacktestTally
from governance.domain.types import Tier, Verdict
from tests.governance.domain.backtest.answering import (
    DAY_S,
    DENIED,
    MANAGER,
    ONE,
    RUNS,
    SINCE_S,
    TWO,
    UNTIL_S,
    answer,
    compared,
    report_of,
    tally_of,
)


def test_a_window_has_a_length() -> None:
    with pytest.raises(ValueError, match="since_s must be before until_s, got 5 and 5"):
        BacktestTally(since_s=5.0, until_s=5.0)


def test_the_same_answers_change_nothing() -> None:
    report = report_of(tally_of(compared(RUNS, RUNS, Ending.SUCCEEDED)))

    assert (report.whole.decisions, report.whole.changed, report.cases) == (1, 0, ())
    assert (report.whole.estimate, report.whole.unknown) == (None, None)


def test_each_half_counts_its_own_decisions_and_both_make_the_whole() -> None:
    tally = tally_of(
        compared(RUNS, DENIED, Ending.FAILED, day=4.9),
        compared(RUNS, DENIED, Ending.SUCCEEDED, day=5),
        compared(RUNS, RUNS, Ending.SUCCEEDED, day=9.9),
    )

    report = report_of(tally)

    assert (report.first.decisions, report.second.decisions, report.whole.decisions) == (1, 2, 3)
    assert report.first.stopped == Endings(failed=1)
    assert report.second.stopped == Endings(succeeded=1)
    assert report.whole.stopped == Endings(succeeded=1, failed=1)
    assert (report.first.days, report.second.days, report.whole.days) == (5, 5, 10)


def test_decisions_are_counted_by_answer_level_and_owner() -> None:
    high = answer(Verdict.ALLOW)._replace(level=MANAGER.level)
    tally = tally_of(
        compared(RUNS, DENIED, Ending.SUCCEEDED, owner="anna"),
        compared(RUNS, DENIED, Ending.FAILED, owner="anna"),
        compared(ONE, RUNS, Ending.SUCCEEDED, owner="bert"),
        compared(high, high, Ending.SUCCEEDED, owner="cleo"),
    )

    whole = report_of(tally).whole

    assert whole.moves == (
        Move(base=Asks.RUNS, draft=Asks.DENIED, decisions=2),
        Move(base=Asks.ONE, draft=Asks.RUNS, decisions=1),
    )
    assert whole.levels == (
        Group(name="MEDIUM", decisions=4, changed=3, stricter=2, milder=1, limits=0),
    )
    assert whole.owners == (
        Group(name="anna", decisions=2, changed=2, stricter=2, milder=0, limits=0),
        Group(name="bert", decisions=1, changed=1, stricter=0, milder=1, limits=0),
    )


def test_owners_beyond_ten_are_counted_only() -> None:
    tally = tally_of(*(compared(RUNS, DENIED, Ending.FAILED, owner=f"owner{n}") for n in range(12)))

    whole = report_of(tally).whole

    assert (len(whole.owners), whole.owners_left_out) == (10, 2)


def test_other_limits_are_no_changed_answer() -> None:
    limited = answer(Verdict.ALLOW, level=MANAGER.level)._replace(preset=RUNS.preset.CONSERVATIVE)

    report = report_of(tally_of(compared(RUNS, limited, Ending.SUCCEEDED)))

    assert (report.whole.changed, report.whole.limits_changed, report.whole.moves) == (0, 1, ())
    # The same answer is no case to look at.
    assert report.cases == ()


def test_approvals_are_counted_by_day_and_by_who_must_agree() -> None:
    tally = tally_of(
        compared(ONE, TWO, Ending.SUCCEEDED, day=1),
        compared(ONE, MANAGER, Ending.SUCCEEDED, day=2),
        compared(RUNS, ONE, Ending.SUCCEEDED, day=2.5),
        compared(RUNS, RUNS, Ending.SUCCEEDED, day=3),
    )

    whole = report_of(tally).whole

    assert whole.base_load == Load(
        tasks=2, approvals=2, one=2, two=0, with_manager=0, busiest_day="2026-01-02", busiest=1
    )
    assert whole.draft_load == Load(
        tasks=3, approvals=5, one=1, two=1, with_manager=1, busiest_day="2026-01-03", busiest=3
    )


def test_nobody_asked_has_no_busiest_day() -> None:
    load = report_of(tally_of()).whole.base_load

    assert (load.busiest_day, load.busiest, load.approvals) == (None, 0, 0)


def test_agents_are_told_apart_by_when_they_were_frozen_first() -> None:
    tally = tally_of()
    tally.tripped(Side.BASE, "sooner", SINCE_S + 9, "Base.")
    tally.tripped(Side.DRAFT, "sooner", SINCE_S + 5, "Draft.")
    tally.tripped(Side.DRAFT, "sooner", SINCE_S + 7, "Draft again.")
    tally.tripped(Side.BASE, "later", SINCE_S + 1, "Base.")
    tally.tripped(Side.DRAFT, "later", SINCE_S + 2, "Draft.")
    tally.tripped(Side.BASE, "freed", SINCE_S + 1, "Base.")
    tally.tripped(Side.DRAFT, "new", SINCE_S + 6 * DAY_S, "Draft.")
    tally.tripped(Side.BASE, "same", SINCE_S + 3, "Base.")
    tally.tripped(Side.DRAFT, "same", SINCE_S + 3, "Draft.")

    report = report_of(tally)

    assert report.whole.freezes == Freezes(
        base=4, draft=5, earlier=1, later=1, same=1, newly=1, no_longer=1
    )
    assert report.second.freezes == Freezes(
        base=0, draft=1, earlier=0, later=0, same=0, newly=1, no_longer=0
    )
    assert [(each.agent, each.how) for each in report.frozen] == [
        ("new", Frozen.NEWLY),
        ("freed", Frozen.NO_LONGER),
        ("sooner", Frozen.EARLIER),
        ("later", Frozen.LATER),
    ]
    assert report.frozen[2] == AgentFrozen(
        agent="sooner",
        how=Frozen.EARLIER,
        base_s=SINCE_S + 9,
        draft_s=SINCE_S + 5,
        base_trips=1,
        draft_trips=2,
        sentence="Draft.",
    )
    assert (report.frozen[1].sentence, report.frozen[1].draft_s) == ("Base.", None)


def test_tiers_at_the_end_are_compared_and_changes_counted() -> None:
    tally = tally_of()
    tally.tier_changed(Side.BASE, "risen", SINCE_S, Tier.MEDIUM, Tier.HIGH)
    tally.tier_changed(Side.DRAFT, "fallen", SINCE_S, Tier.HIGH, Tier.MEDIUM)
    tally.tier_changed(Side.DRAFT, "fallen", SINCE_S + 6 * DAY_S, Tier.MEDIUM, Tier.LOW)
    tally.stood("steady", Tier.HIGH, Tier.HIGH)
    tally.stood("fallen", Tier.HIGH, Tier.LOW)
    tally.stood("slipped", Tier.HIGH, Tier.MEDIUM)
    tally.stood("risen", Tier.MEDIUM, Tier.HIGH)

    report = report_of(tally)

    assert (report.whole.base_tier_changes, report.whole.draft_tier_changes) == (1, 2)
    assert (report.second.base_tier_changes, report.second.draft_tier_changes) == (0, 1)
    assert report.agents == 4
    assert report.tier_moves == (
        TierMove(base=Tier.HIGH, draft=Tier.MEDIUM, agents=1),
        TierMove(base=Tier.HIGH, draft=Tier.LOW, agents=1),
        TierMove(base=Tier.MEDIUM, draft=Tier.HIGH, agents=1),
    )
    assert report.tiers == (
        AgentTier(agent="fallen", base=Tier.HIGH, draft=Tier.LOW),
        AgentTier(agent="slipped", base=Tier.HIGH, draft=Tier.MEDIUM),
        AgentTier(agent="risen", base=Tier.MEDIUM, draft=Tier.HIGH),
    )


def test_what_cannot_be_decided_again_is_counted_with_why() -> None:
    tally = tally_of(compared(RUNS, RUNS, Ending.SUCCEEDED))
    tally.unreplayable(UUID(int=5), "Older release.")
    tally.unreplayable(UUID(int=6), "Older release.")
    tally.unreplayable(UUID(int=7), "By version 3.")

    coverage = report_of(tally).coverage

    assert (coverage.decisions, coverage.compared) == (4, 1)
    assert coverage.left_out == (
        LeftOut(why="Older release.", decisions=2),
        LeftOut(why="By version 3.", decisions=1),
    )
    assert coverage.examples == (UUID(int=5), UUID(int=6), UUID(int=7))


def test_reasons_beyond_twenty_share_a_line() -> None:
    tally = tally_of()
    for n in range(23):
        tally.unreplayable(UUID(int=n), f"Reason {n:02}.")

    coverage = report_of(tally).coverage

    assert coverage.left_out[0] == LeftOut(why="Other reasons.", decisions=3)
    assert (len(coverage.left_out), len(coverage.examples)) == (21, 5)


def test_the_window_ends_before_its_last_moment_and_counts_every_outcome() -> None:
    tally = BacktestTally(since_s=SINCE_S, until_s=UNTIL_S)
    tally.ended("scout", SINCE_S, Ending.FAILED)
    tally.ended("scout", UNTIL_S - 1, Ending.PARTIAL)
    tally.ended("scout", UNTIL_S - 1, Ending.NEUTRAL)

    report = report_of(tally)

    assert report.first.outcomes == Endings(failed=1)
    assert report.second.outcomes == Endings(partial=1, neutral=1)
    assert report.whole.outcomes.judged == 2
