"""What is estimated of a tightening and stays unknown of a loosening, by hand-worked numbers."""

import json

import pytest

from governance.domain.backtest.answers import Compared, Ending
from governance.domain.backtest.bounds import kept_rate
from governance.domain.backtest.figures import LevelWork, Unknown
from governance.domain.backtest.plain import report_to_plain
from governance.domain.backtest.replayable import only_loosens
from governance.domain.policy.changes import PolicyChange
from governance.domain.types import BlastLevel, Verdict
from tests.governance.domain.backtest.answering import (
    DENIED,
    MANAGER,
    ONE,
    RUNS,
    TWO,
    answer,
    compared,
    report_of,
    tally_of,
)

HIGH = answer(Verdict.ALLOW, level=BlastLevel.HIGH)


def several(count: int, one: Compared) -> list[Compared]:
    return [one] * count


def test_bounds_of_a_tightening() -> None:
    tally = tally_of(
        # Today 40 + 8 failures of 200 + 20; the draft stops 20 tasks of which 8 failed.
        *several(160, compared(RUNS, RUNS, Ending.SUCCEEDED)),
        *several(40, compared(RUNS, RUNS, Ending.FAILED)),
        *several(12, compared(RUNS, DENIED, Ending.SUCCEEDED)),
        *several(8, compared(RUNS, DENIED, Ending.FAILED)),
    )

    estimate = report_of(tally).whole.estimate

    assert estimate is not None
    assert (estimate.today, estimate.outcomes) == (48, 220)
    assert estimate.best == 40
    # The 20 tasks fail as often as what may still run: 40 of 200, so 4 of them.
    assert estimate.corrected == pytest.approx(44.0)
    assert estimate.worst == 48
    assert (estimate.stopped, estimate.stopped_failed, estimate.leaves_out) == (20, 8, 0)


def test_stopping_good_work_may_make_it_worse() -> None:
    tally = tally_of(
        *several(15, compared(RUNS, RUNS, Ending.SUCCEEDED)),
        *several(15, compared(RUNS, RUNS, Ending.FAILED)),
        *several(10, compared(RUNS, DENIED, Ending.SUCCEEDED)),
    )

    estimate = report_of(tally).whole.estimate

    assert estimate is not None
    assert (estimate.best, estimate.corrected, estimate.worst) == (15, 20.0, 20.0)


def test_what_people_are_newly_asked_moves_the_best_case_only() -> None:
    tally = tally_of(
        *several(5, compared(RUNS, ONE, Ending.SUCCEEDED)),
        *several(3, compared(RUNS, ONE, Ending.FAILED)),
    )

    estimate = report_of(tally).whole.estimate

    assert estimate is not None
    assert (estimate.best, estimate.corrected, estimate.worst) == (0, 3, 3)
    assert (estimate.asked, estimate.asked_failed, estimate.stopped) == (8, 3, 0)


def test_a_level_with_thirty_tasks_has_its_own_rate() -> None:
    high = LevelWork(level=BlastLevel.HIGH, stopped=4, stopped_failed=2, kept=30, kept_failed=15)
    low = LevelWork(level=BlastLevel.LOW, stopped=2, stopped_failed=0, kept=20, kept_failed=0)

    assert kept_rate(high, (low, high)) == 0.5
    # 15 failures of the 50 tasks of all levels.
    assert kept_rate(low, (low, high)) == pytest.approx(0.3)


def test_where_nothing_may_still_run_work_fails_as_it_did() -> None:
    row = LevelWork(level=BlastLevel.LOW, stopped=4, stopped_failed=1, kept=0, kept_failed=0)
    empty = LevelWork(level=BlastLevel.LOW, stopped=0, stopped_failed=0, kept=0, kept_failed=0)

    assert (kept_rate(row, (row,)), kept_rate(empty, (empty,))) == (0.25, 0.0)


def test_work_is_counted_by_the_level_it_had() -> None:
    tally = tally_of(
        compared(HIGH, DENIED, Ending.FAILED),
        compared(HIGH, HIGH, Ending.SUCCEEDED),
        compared(DENIED, DENIED, Ending.FAILED),
        compared(RUNS, DENIED, Ending.OPEN),
    )

    assert report_of(tally).whole.work == (
        LevelWork(level=BlastLevel.HIGH, stopped=1, stopped_failed=1, kept=1, kept_failed=0),
    )


def test_work_without_a_result_gives_no_estimate() -> None:
    report = report_of(tally_of(compared(RUNS, DENIED, Ending.OPEN)))

    assert report.whole.estimate is None
    assert report.whole.stopped.ran == 1


def test_an_agent_that_goes_on_failing_after_a_stop_might_have_been_repaired() -> None:
    tally = tally_of(
        *several(80, compared(RUNS, RUNS, Ending.SUCCEEDED, agent="other")),
        # Before it is stopped its failures are nobody's to prevent.
        *several(5, compared(RUNS, RUNS, Ending.FAILED, agent="broken")),
        compared(RUNS, DENIED, Ending.FAILED, agent="broken"),
        *several(10, compared(RUNS, RUNS, Ending.FAILED, agent="broken")),
        compared(RUNS, DENIED, Ending.FAILED, agent="steady"),
        *several(4, compared(RUNS, RUNS, Ending.SUCCEEDED, agent="steady")),
        compared(RUNS, RUNS, Ending.FAILED, agent="steady"),
    )

    estimate = report_of(tally).whole.estimate

    # 16 of 100 tasks that may still run fail. Of its 10 after the stop 1.6 were to be expected, with
    # a standard deviation of 1.26; 8.4 are too many. Of the steady one's 5, 0.8: 1 is chance.
    assert estimate is not None
    assert (estimate.repaired, estimate.repaired_failed) == (1, 9)
    assert (estimate.today, estimate.best) == (18, 18 - 2 - 9)


def test_what_people_would_refuse_is_not_repaired_besides() -> None:
    tally = tally_of(
        *several(95, compared(RUNS, RUNS, Ending.SUCCEEDED, agent="other")),
        compared(RUNS, DENIED, Ending.FAILED, agent="broken"),
        *several(5, compared(RUNS, ONE, Ending.FAILED, agent="broken")),
    )

    estimate = report_of(tally).whole.estimate

    assert estimate is not None
    assert (estimate.repaired, estimate.asked_failed, estimate.best) == (0, 5, 0)


def test_what_ends_after_the_window_makes_no_figure_negative() -> None:
    tally = tally_of()
    tally.compared(compared(RUNS, DENIED, Ending.FAILED, day=9.9))

    estimate = report_of(tally).whole.estimate

    assert estimate is not None
    assert (estimate.today, estimate.best) == (0, 0)


@pytest.mark.parametrize(
    ("one", "unknown"),
    [
        (compared(DENIED, RUNS, Ending.DENIED), Unknown(tasks=1, denied=1, refused=0, waiting=0)),
        (compared(DENIED, ONE, Ending.DENIED), Unknown(tasks=1, denied=1, refused=0, waiting=0)),
        (compared(ONE, RUNS, Ending.REFUSED), Unknown(tasks=1, denied=0, refused=1, waiting=0)),
        (compared(ONE, RUNS, Ending.WITHDRAWN), Unknown(tasks=1, denied=0, refused=1, waiting=0)),
        # Nobody has answered: it did not run so far.
        (compared(ONE, RUNS, Ending.WAITING), Unknown(tasks=1, denied=0, refused=0, waiting=1)),
        # It ran in shadow, so how it ended is known.
        (compared(DENIED, RUNS, Ending.FAILED), None),
        (compared(ONE, RUNS, Ending.SUCCEEDED), None),
        # People would still be asked, and may refuse it again.
        (compared(TWO, ONE, Ending.REFUSED), None),
        (compared(TWO, ONE, Ending.WAITING), None),
        (compared(MANAGER, MANAGER, Ending.REFUSED), None),
    ],
)
def test_only_what_did_not_run_and_would_now_is_unknown(
    one: Compared, unknown: Unknown | None
) -> None:
    assert report_of(tally_of(one)).whole.unknown == unknown


def test_a_loosening_has_no_figure_of_failures_but_today() -> None:
    report = report_of(
        tally_of(
            compared(DENIED, RUNS, Ending.DENIED),
            compared(RUNS, RUNS, Ending.FAILED),
        )
    )

    plain = report_to_plain(report)["whole"]

    assert plain["estimate"] is None
    assert json.dumps(plain["unknown"]) == '{"tasks": 1, "denied": 1, "refused": 0, "waiting": 0}'


def test_a_change_that_does_both_keeps_them_apart() -> None:
    report = report_of(
        tally_of(
            compared(RUNS, DENIED, Ending.FAILED),
            compared(DENIED, RUNS, Ending.DENIED),
        )
    )

    estimate, unknown = report.whole.estimate, report.whole.unknown

    assert estimate is not None
    assert (estimate.best, estimate.worst, estimate.leaves_out) == (0, 1, 1)
    assert unknown == Unknown(tasks=1, denied=1, refused=0, waiting=0)


def test_where_more_loosens_than_tightens_no_figure_of_failures_is_given() -> None:
    report = report_of(
        tally_of(
            compared(RUNS, DENIED, Ending.FAILED),
            *several(2, compared(DENIED, RUNS, Ending.DENIED)),
        )
    )

    assert report.whole.estimate is None
    assert report.whole.stopped.failed == 1
    assert report.whole.unknown == Unknown(tasks=2, denied=2, refused=0, waiting=0)


def loosened(before: float, after: float) -> PolicyChange:
    return PolicyChange("trust.level_high", before, after, "", "A level.")


@pytest.mark.parametrize(("before", "after", "estimated"), [(0.85, 0.9, True), (0.9, 0.85, False)])
def test_a_setting_that_only_loosens_is_never_estimated(
    before: float, after: float, estimated: bool
) -> None:
    tally = tally_of(compared(RUNS, DENIED, Ending.FAILED))

    report = tally.report(base_number=7, changes=[loosened(before, after)], tries=1)

    assert [part.estimate is not None for part in (report.whole, report.first)] == [estimated] * 2


def test_a_half_is_not_estimated_where_the_whole_loosens() -> None:
    report = report_of(
        tally_of(
            compared(RUNS, DENIED, Ending.FAILED, day=1),
            *several(2, compared(DENIED, RUNS, Ending.DENIED, day=6)),
        )
    )

    assert (report.whole.estimate, report.first.estimate) == (None, None)
    assert report.first.stopped.failed == 1


def test_settings_that_are_not_replayed_or_go_either_way_do_not_loosen() -> None:
    audits = PolicyChange("audits.open_most", 25, 1000, "audits", "Audits.")
    share = PolicyChange("breaker.frozen_share_cap", 0.3, 0.4, "share", "A share.")

    assert [only_loosens(each) for each in ([], [audits], [share])] == [False, False, False]
    assert only_loosens([loosened(0.9, 0.85), audits]) is True
    assert only_loosens([loosened(0.9, 0.85), share]) is False
