from __future__ import annotations

from datetime import timedelta

import pytest

from escalations.domain.aftermath import Aftermath, aftermath_of
from governance.domain.types import GrantState, Result, TaskState
from tests.clock import NOON


def _became(
    grant: GrantState,
    *,
    task: TaskState = TaskState.FINISHED,
    result: Result | None = None,
    ends_in_s: int = 1,
) -> Aftermath:
    ends = NOON + timedelta(seconds=ends_in_s)
    return aftermath_of(grant, expires_at=ends, task=task, result=result, now=NOON)


def test_a_grant_that_still_holds_has_not_started_anything() -> None:
    assert _became(GrantState.ISSUED, task=TaskState.READY) is Aftermath.NOT_STARTED


@pytest.mark.parametrize("ends_in_s", [0, -1])
def test_a_grant_at_its_end_was_never_used_swept_or_not(ends_in_s: int) -> None:
    waits = _became(GrantState.ISSUED, task=TaskState.READY, ends_in_s=ends_in_s)
    swept = _became(GrantState.LAPSED, task=TaskState.EXPIRED, ends_in_s=ends_in_s)

    assert (waits, swept) == (Aftermath.NEVER_STARTED, Aftermath.NEVER_STARTED)


def test_what_a_task_did_says_nothing_of_a_grant_that_was_not_used() -> None:
    lapsed = _became(GrantState.LAPSED, result=Result.SUCCESS)
    revoked = _became(GrantState.REVOKED, result=Result.SUCCESS)

    assert (lapsed, revoked) == (Aftermath.NEVER_STARTED, Aftermath.TAKEN_BACK)


@pytest.mark.parametrize(
    ("result", "became"),
    [
        (Result.SUCCESS, Aftermath.SUCCESS),
        (Result.PARTIAL, Aftermath.PARTIAL),
        (Result.FAILURE, Aftermath.FAILURE),
        (Result.CANCELLED, Aftermath.NO_VERDICT),
        (Result.DEPENDENCY_DOWN, Aftermath.NO_VERDICT),
    ],
)
def test_a_used_grant_became_what_its_task_ended_as(result: Result, became: Aftermath) -> None:
    assert _became(GrantState.CONSUMED, result=result) is became


def test_a_started_task_without_a_result_runs_or_was_stopped() -> None:
    runs = _became(GrantState.CONSUMED, task=TaskState.RUNNING)
    stopped = _became(GrantState.CONSUMED, task=TaskState.CANCELLED)

    assert (runs, stopped) == (Aftermath.RUNNING, Aftermath.STOPPED)
