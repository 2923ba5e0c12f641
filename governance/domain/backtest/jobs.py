"""A backtest as a job: where it stands, what may become of it, and which window it reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from governance.domain.moves import IllegalMoveError

# What a person may choose, in days; the second is usual.
WINDOWS_DAYS = (7, 14, 30, 90)
WINDOW_DAYS = 14
# A quarter of a million outcomes a day for so long is more than a worker reads in an afternoon.
LONGEST_DAYS = 366
# A worker that says nothing for so long is lost: it tells how far it is each second.
LOST = timedelta(minutes=2)
# Until the first row is there the database works, and nothing can be told.
LOST_READING = timedelta(minutes=10)
# One that waits for a worker may have those of other fleets before it.
NOT_TAKEN_UP = timedelta(hours=1)
# So many finished ones are kept for each fleet.
KEPT = 50


class JobState(StrEnum):
    """Where a backtest stands."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class JobMove(StrEnum):
    """What becomes of a backtest."""

    TAKE_UP = "take up"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


ALIVE = (JobState.WAITING, JobState.RUNNING)

# A worker that was given up for lost and goes on finds that its job has ended, and stores nothing.
_MOVES: Mapping[tuple[JobState, JobMove], JobState] = {
    (JobState.WAITING, JobMove.TAKE_UP): JobState.RUNNING,
    (JobState.WAITING, JobMove.FAIL): JobState.FAILED,
    (JobState.WAITING, JobMove.CANCEL): JobState.CANCELLED,
    (JobState.RUNNING, JobMove.FINISH): JobState.DONE,
    (JobState.RUNNING, JobMove.FAIL): JobState.FAILED,
    (JobState.RUNNING, JobMove.CANCEL): JobState.CANCELLED,
}


class JobStage(StrEnum):
    """What a worker is at, in words that stand on the page."""

    WAITING = "waiting for a worker"
    READING = "reading the record"
    PLAYING = "deciding again"
    DONE = "done"


class Window(NamedTuple):
    """A part of the record, from ``since`` to ``until``, both with a zone.

    ``wanted_since`` is what was asked for: the record may begin later.
    """

    since: datetime
    until: datetime
    wanted_since: datetime

    @property
    def is_cut(self) -> bool:
        """Return whether the record begins later than was asked for."""
        return self.since > self.wanted_since


def job_after(state: JobState, move: JobMove) -> JobState:
    """Return where a backtest stands after a move.

    Raises:
        IllegalMoveError: if the table has no such move.
    """
    after = _MOVES.get((state, move))
    if after is None:
        raise IllegalMoveError(state.value, move.value)
    return after


def window_cut(
    wanted: datetime, until: datetime, *, first: datetime, now: datetime
) -> Window | None:
    """Return the part of the record between two times, None where it holds nothing of it.

    Args:
        wanted: its beginning, before ``until``.
        until: its end; what is not recorded yet is left out.
        first: when the record begins.
        now: when it ends.
    """
    since, last = max(wanted, first), min(until, now)
    return Window(since, last, wanted) if since < last else None


def is_lost(state: JobState, stage: str, *, heard_at: datetime, now: datetime) -> bool:
    """Return whether a backtest has lost its worker, or none took it up in time."""
    if state not in ALIVE:
        return False
    return now - heard_at >= (NOT_TAKEN_UP if state is JobState.WAITING else silence_allowed(stage))


def silence_allowed(stage: str) -> timedelta:
    """Return how long a worker may say nothing at a stage before it counts as lost."""
    return LOST_READING if stage == JobStage.READING else LOST


def seconds_left(share: float, elapsed_s: float) -> float | None:
    """Return about how long a backtest runs on, in seconds; None where it is too early to say.

    The share done so far is carried on at the same pace (own choice).
    """
    if share < _SAYS_LITTLE or elapsed_s < 1.0:
        return None
    return elapsed_s * (1.0 - share) / share


_SAYS_LITTLE = 0.05
