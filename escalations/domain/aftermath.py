"""What became of what people let run: an approval alone is no success."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from governance.domain.types import GrantState, Result, TaskState


class Aftermath(StrEnum):
    """Where an approved task stands now, or how it ended."""

    NOT_STARTED = "not_started"
    NEVER_STARTED = "never_started"
    TAKEN_BACK = "taken_back"
    RUNNING = "running"
    STOPPED = "stopped"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILURE = "failure"
    NO_VERDICT = "no_verdict"


_OF_RESULT = {
    Result.SUCCESS: Aftermath.SUCCESS,
    Result.PARTIAL: Aftermath.PARTIAL,
    Result.FAILURE: Aftermath.FAILURE,
}


def aftermath_of(
    grant: GrantState,
    *,
    expires_at: datetime,
    task: TaskState,
    result: Result | None,
    now: datetime,
) -> Aftermath:
    """Return what became of one approval.

    A grant past its end was never used, swept or not. What the task did counts only for the grant
    that was used: another approval of the same task says nothing about this one.

    Args:
        grant: where the permission stands.
        expires_at: when it lapses unless it is used.
        task: where its task stands.
        result: how the task ended, as it counts now; None where nothing was reported.
        now: the time of asking.
    """
    match grant:
        case GrantState.ISSUED if now < expires_at:
            return Aftermath.NOT_STARTED
        case GrantState.ISSUED | GrantState.LAPSED:
            return Aftermath.NEVER_STARTED
        case GrantState.REVOKED:
            return Aftermath.TAKEN_BACK
    if result is not None:
        return _OF_RESULT.get(result, Aftermath.NO_VERDICT)
    return Aftermath.RUNNING if task is TaskState.RUNNING else Aftermath.STOPPED
