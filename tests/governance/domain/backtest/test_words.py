from uuid import UUID

import pytest

from governance.domain.backtest.answers import Compared, Ending, Side
from governance.domain.backtest.tally import BacktestTally
from governance.domain.backtest.words import ReportWords, report_words, tries_words
from governance.domain.types import BlastLevel, Preset, Tier, Verdict
from tests.governance.domain.backtest.answering import (
    DAY_S,
    DENIED,
    MANAGER,
    ONE,
    RUNS,
    SINCE_S,
    TWO,
    answer,
    compared,
    report_of,
    tally_of,
)


def words_of(*decisions: Compared) -> ReportWords:
    return report_words(report_of(tally_of(*decisions)))


def several(count: int, one: Compared) -> list[Compared]:
    return [one] * count


def test_a_tightening_is_told_with_n_and_period() -> None:
    words = words_of(
        *several(160, compared(RUNS, RUNS, Ending.SUCCEEDED)),
        *several(40, compared(RUNS, RUNS, Ending.FAILED)),
        *several(26, compared(RUNS, DENIED, Ending.SUCCEEDED)),
        *several(13, compared(RUNS, DENIED, Ending.FAILED)),
        compared(RUNS, DENIED, Ending.PARTIAL),
    )

    whole = words.whole

    assert words.window == "10 days of the record, policy 7 against 0 changed settings."
    assert whole.title == "Whole window"
    assert whole.changed == (
        "40 of 240 decisions in 10 days would have been answered otherwise (16.7 %): "
        "40 more strictly, 0 more mildly."
    )
    assert whole.stopped == (
        "40 tasks that ran would have been stopped in 10 days: "
        "26 succeeded, 1 succeeded in part and 13 failed."
    )
    assert whole.held == (
        "2.0 good tasks held for each failure stopped (26 to 13, n = 40 in 10 days)."
    )
    # 53 failures today, 13 of them stopped: 40 at best, 24.5 % fewer. The 40 stopped tasks fail as
    # 40 of 200 of what may still run: 53 - 13 + 8 = 48.
    assert whole.estimate == (
        "Between 40 and 53 failures instead of 53: up to 24.5 % fewer "
        "(n = 240 outcomes in 10 days).",
        "Best case 40: every stopped task succeeds elsewhere or is left undone and people refuse "
        "exactly the failing ones of what they are newly asked.",
        "Corrected 48: stopped work fails as often as work of its level that may still run, and "
        "people agree to all that they are newly asked.",
        "Worst case 53: stopped work fails as often as it did, or as often as work that may "
        "still run, whichever is more.",
        "From 40 stopped tasks (13 failed) and 0 tasks newly asked about (0 failed) in 10 days.",
        "Later repairs and re-routed work are not in the replay, so the truth may lie on either "
        "side of the corrected figure.",
    )
    assert whole.unknown == ()


def test_repairs_that_a_stop_may_bring_forward_are_told() -> None:
    whole = words_of(
        *several(96, compared(RUNS, RUNS, Ending.SUCCEEDED, agent="other")),
        compared(RUNS, DENIED, Ending.SUCCEEDED),
        *several(4, compared(RUNS, RUNS, Ending.FAILED)),
    ).whole

    # All 100 tasks fail 4 %, so 0.16 of these 4 were to be expected: 3.84 too many, told as 4.
    assert whole.estimate[1] == (
        "Best case 0: every stopped task succeeds elsewhere or is left undone, people refuse "
        "exactly the failing ones of what they are newly asked and 1 agent that went on failing "
        "clearly more than usual after a stop, by 4 failures, would have been repaired at once."
    )


def test_what_nobody_has_answered_yet_was_not_agreed_to() -> None:
    whole = words_of(compared(ONE, RUNS, Ending.WAITING), compared(ONE, RUNS, Ending.OPEN)).whole

    assert whole.asked == (
        "1 task that people agreed to would run without them (in 10 days): 1 had no result yet.",
    )
    assert whole.unknown == (
        "1 task did not run then and would now (in 10 days): 1 still waiting for people.",
        "Nobody knows how they would have ended: 0 to 1 failure.",
    )


def test_a_loosening_is_told_as_unknown_and_without_an_estimate() -> None:
    whole = words_of(
        *several(3, compared(DENIED, RUNS, Ending.DENIED)),
        compared(ONE, RUNS, Ending.REFUSED),
        compared(RUNS, RUNS, Ending.FAILED),
    ).whole

    assert whole.estimate == ()
    assert whole.unknown == (
        "4 tasks did not run then and would now (in 10 days): 3 denied by the gate and 1 refused, "
        "expired or withdrawn while people were asked.",
        "Nobody knows how they would have ended: 0 to 4 failures.",
    )


def test_one_of_each_is_told_in_the_singular() -> None:
    words = words_of(
        compared(DENIED, RUNS, Ending.DENIED),
        compared(RUNS, DENIED, Ending.FAILED),
        compared(RUNS, answer(Verdict.ALLOW, preset=Preset.CONSERVATIVE), Ending.NEUTRAL),
    )

    assert words.whole.unknown[1] == "Nobody knows how they would have ended: 0 to 1 failure."
    assert words.whole.stopped == "1 task that ran would have been stopped in 10 days: 1 failed."
    assert words.whole.held == (
        "0 good tasks held, 1 failure stopped: too few failures for a ratio "
        "(1 of 10; n = 1 in 10 days)."
    )
    assert words.whole.changed.endswith(
        "1 decision would have had the same answer with another preset or level."
    )
    assert words.whole.estimate[-1] == (
        "Not in these figures: 1 task that did not run then and would now, 0 to 1 failure more."
    )


def test_where_nothing_changes_that_is_said() -> None:
    words = words_of(compared(RUNS, RUNS, Ending.SUCCEEDED))

    assert words.whole.changed == (
        "No decision would have been answered otherwise (n = 1 decision in 10 days)."
    )
    assert words.whole.stopped == "No task that ran would have been stopped (in 10 days)."
    assert (words.whole.held, words.whole.asked, words.whole.estimate) == (None, (), ())
    assert words.coverage == ("The 1 decision of the record was decided again.",)
    assert words.first.title == "First half, for choosing"
    assert words.second.title == "Second half, for reporting"


def test_what_people_are_asked_is_told_by_day_and_by_who() -> None:
    whole = words_of(
        compared(ONE, TWO, Ending.SUCCEEDED, day=1),
        compared(RUNS, ONE, Ending.FAILED, day=2),
        compared(RUNS, MANAGER, Ending.OPEN, day=2),
        compared(ONE, RUNS, Ending.SUCCEEDED, day=3),
    ).whole

    assert whole.asked == (
        "People would be asked about 2 tasks that ran without them in 10 days: "
        "1 failed and 1 had no result yet.",
        "1 task that people agreed to would run without them (in 10 days): 1 succeeded.",
    )
    assert whole.load == (
        "Approvals: 0.5 a day instead of 0.2 (5 instead of 2 in 10 days).",
        "Busiest day: 3 approvals on 2026-01-03 (UTC) instead of 1 on 2026-01-02.",
        "Who would be asked: 1 task by one person, 1 task by two people and 1 task by two people "
        "of whom one is a manager; in force now: 2 tasks by one person.",
    )


def test_people_asked_for_the_first_time_have_no_day_to_compare() -> None:
    whole = words_of(compared(RUNS, ONE, Ending.FAILED)).whole

    assert whole.load[1] == "Busiest day: 1 approval on 2026-01-01 (UTC) instead of none."
    assert whole.load[2].endswith("in force now: nobody.")
    assert whole.estimate[0] == (
        "Between 0 and 1 failures instead of 1: up to 100 % fewer (n = 1 outcome in 10 days)."
    )


def test_stopping_work_that_is_no_worse_promises_nothing() -> None:
    whole = words_of(
        compared(RUNS, RUNS, Ending.FAILED),
        compared(RUNS, DENIED, Ending.SUCCEEDED),
    ).whole

    assert whole.estimate[0] == (
        "Between 1 and 2 failures instead of 1: no fewer (n = 2 outcomes in 10 days)."
    )


def test_bounds_that_are_one_figure_are_told_as_one() -> None:
    whole = words_of(
        compared(RUNS, RUNS, Ending.FAILED),
        compared(RUNS, ONE, Ending.SUCCEEDED),
    ).whole

    assert whole.estimate[0] == "1 failure, as many as today (n = 2 outcomes in 10 days)."


def test_what_loosens_more_than_it_tightens_has_no_estimate() -> None:
    whole = words_of(
        compared(RUNS, DENIED, Ending.FAILED),
        *several(2, compared(DENIED, RUNS, Ending.DENIED)),
    ).whole

    assert whole.estimate == (
        "No estimate: as a whole the draft loosens, and the 1 task that it stops or asks about "
        "besides say nothing of the rest.",
    )
    assert whole.unknown[1] == "Nobody knows how they would have ended: 0 to 2 failures."


def test_freezes_and_tiers_are_told() -> None:
    tally = tally_of()
    tally.tripped(Side.BASE, "freed", SINCE_S, "Base.")
    tally.tripped(Side.DRAFT, "new", SINCE_S + 6 * DAY_S, "Draft.")
    tally.tripped(Side.DRAFT, "new", SINCE_S + 7 * DAY_S, "Draft.")
    tally.tier_changed(Side.DRAFT, "new", SINCE_S, Tier.HIGH, Tier.LOW)
    tally.stood("new", Tier.HIGH, Tier.LOW)
    tally.stood("freed", Tier.LOW, Tier.LOW)

    words = report_words(report_of(tally))

    assert words.whole.freezes == (
        "2 freezes instead of 1 in 10 days. By the first freeze of each agent: 1 agent "
        "frozen only by the draft and 1 agent no longer frozen."
    )
    assert words.first.freezes == (
        "0 freezes instead of 1 in 5 days. By the first freeze of each agent: 1 agent no longer "
        "frozen."
    )
    assert words.whole.tier_changes == "1 change of tier instead of 0 in 10 days."
    assert words.tiers == "1 of 2 agents ends the window in another tier."


def test_no_freeze_has_no_agents() -> None:
    assert words_of().whole.freezes == "0 freezes instead of 0 in 10 days."


def test_what_is_left_out_is_told_with_why() -> None:
    tally = tally_of(*several(3, compared(RUNS, RUNS, Ending.SUCCEEDED)))
    tally.unreplayable(UUID(int=8), "Its inputs are from an older release.")

    words = report_words(report_of(tally))

    assert words.coverage == (
        "3 of 4 decisions of the record were decided again (75 %).",
        "1 decision left out: Its inputs are from an older release.",
    )


@pytest.mark.parametrize(
    ("days", "these"), [(10, "these 10 days"), (1, "this day"), (0.5, "these 12 h")]
)
def test_without_a_decision_it_tells_of_freezes_and_tiers_only(days: float, these: str) -> None:
    tally = BacktestTally(since_s=SINCE_S, until_s=SINCE_S + days * DAY_S)
    tally.tripped(Side.DRAFT, "scout", SINCE_S, "Failed 9 of 9.")

    words = report_words(report_of(tally))

    assert words.coverage == (f"The gate was asked nothing in {these}: freezes and tiers only.",)
    assert words.whole.freezes.startswith("1 freeze instead of 0 in ")


@pytest.mark.parametrize(("acts", "told"), [(1, "1 act of"), (1200, "1,200 acts of")])
def test_acts_that_were_not_possible_under_the_draft_are_told(acts: int, told: str) -> None:
    tally = tally_of(compared(RUNS, RUNS, Ending.SUCCEEDED))
    tally.unplayed(acts)

    words = report_words(report_of(tally))

    assert words.coverage == (
        "The 1 decision of the record was decided again.",
        f"{told} people or critical events in 10 days {'was' if acts == 1 else 'were'} left out of "
        "the draft's side: the agent did not stand there where it was possible.",
    )


@pytest.mark.parametrize(("tries", "told"), [(1, False), (2, True), (30, True)])
def test_from_the_second_setting_on_tries_are_told(tries: int, told: bool) -> None:
    assert (tries_words(tries) is not None) is told


def test_tries_say_what_they_mean() -> None:
    assert tries_words(3) == (
        "3 settings were tried on this window. The best of several looks better than it is, for "
        "some of it is luck: what counts is the half that nobody chose by."
    )


def test_a_level_of_its_own_changes_nothing_in_the_words() -> None:
    critical = answer(Verdict.DENY, level=BlastLevel.CRITICAL)

    whole = words_of(compared(critical, RUNS, Ending.DENIED)).whole

    assert whole.changed == (
        "1 of 1 decision in 10 days would have been answered otherwise (100 %): "
        "0 more strictly, 1 more mildly."
    )
