from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.domain.backtest.jobs import (
    ALIVE,
    JobMove,
    JobStage,
    JobState,
    Window,
    is_lost,
    job_after,
    seconds_left,
    window_cut,
)
from governance.domain.moves import IllegalMoveError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "move", "after"),
    [
        (JobState.WAITING, JobMove.TAKE_UP, JobState.RUNNING),
        (JobState.WAITING, JobMove.FAIL, JobState.FAILED),
        (JobState.WAITING, JobMove.CANCEL, JobState.CANCELLED),
        (JobState.RUNNING, JobMove.FINISH, JobState.DONE),
        (JobState.RUNNING, JobMove.FAIL, JobState.FAILED),
        (JobState.RUNNING, JobMove.CANCEL, JobState.CANCELLED),
    ],
)
def test_a_backtest_moves_as_the_table_says(
    state: JobState, move: JobMove, after: JobState
) -> None:
    assert job_after(state, move) is after


@pytest.mark.parametrize("move", JobMove)
@pytest.mark.parametrize("state", [each for each in JobState if each not in ALIVE])
def test_nothing_leads_on_from_one_that_has_ended(state: JobState, move: JobMove) -> None:
    with pytest.raises(IllegalMoveError):
        job_after(state, move)


@pytest.mark.parametrize("move", [JobMove.FINISH])
def test_one_that_nobody_took_up_is_not_done(move: JobMove) -> None:
    with pytest.raises(IllegalMoveError):
        job_after(JobState.WAITING, move)


def test_a_window_is_cut_to_what_the_record_holds() -> None:
    cut = window_cut(NOON - 14 * DAY, NOON + DAY, first=NOON - 5 * DAY, now=NOON)

    assert cut == Window(NOON - 5 * DAY, NOON, NOON - 14 * DAY)
    assert cut.is_cut


def test_a_window_inside_the_record_stays_as_it_was_asked_for() -> None:
    cut = window_cut(NOON - 3 * DAY, NOON - DAY, first=NOON - 5 * DAY, now=NOON)

    assert cut == Window(NOON - 3 * DAY, NOON - DAY, NOON - 3 * DAY)
    assert not cut.is_cut


def test_a_window_before_the_record_holds_nothing() -> None:
    assert window_cut(NOON - 3 * DAY, NOON - 2 * DAY, first=NOON - DAY, now=NOON) is None


@pytest.mark.parametrize(
    ("state", "stage", "silent", "lost"),
    [
        (JobState.RUNNING, JobStage.PLAYING, timedelta(seconds=119), False),
        (JobState.RUNNING, JobStage.PLAYING, timedelta(minutes=2), True),
        (JobState.RUNNING, JobStage.READING, timedelta(seconds=599), False),
        (JobState.RUNNING, JobStage.READING, timedelta(minutes=10), True),
        (JobState.WAITING, JobStage.WAITING, timedelta(minutes=59), False),
        (JobState.WAITING, JobStage.WAITING, timedelta(hours=1), True),
        (JobState.DONE, JobStage.DONE, timedelta(days=9), False),
    ],
)
def test_who_says_nothing_for_long_is_lost(
    state: JobState, stage: JobStage, silent: timedelta, *, lost: bool
) -> None:
    assert is_lost(state, stage, heard_at=NOON - silent, now=NOON) is lost


def test_what_is_left_is_carried_on_at_the_pace_so_far() -> None:
    assert seconds_left(0.25, 30.0) == 90.0


@pytest.mark.parametrize(("share", "elapsed_s"), [(0.04, 30.0), (0.5, 0.9)])
def test_it_is_too_early_to_say_what_is_left(share: float, elapsed_s: float) -> None:
    assert seconds_left(share, elapsed_s) is None
