from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.domain.backtest.trials import (
    TrialMove,
    TrialState,
    trial_after,
    trial_read_until,
)
from governance.domain.moves import IllegalMoveError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_trial_runs_out_or_is_stopped() -> None:
    assert trial_after(TrialState.RUNNING, TrialMove.PASS) is TrialState.OVER
    assert trial_after(TrialState.RUNNING, TrialMove.STOP) is TrialState.STOPPED
    assert trial_after(TrialState.RUNNING, TrialMove.REPLACE) is TrialState.REPLACED


@pytest.mark.parametrize("move", TrialMove)
@pytest.mark.parametrize("state", [TrialState.OVER, TrialState.STOPPED, TrialState.REPLACED])
def test_nothing_leads_on_from_a_trial_that_has_ended(state: TrialState, move: TrialMove) -> None:
    with pytest.raises(IllegalMoveError):
        trial_after(state, move)


@pytest.mark.parametrize(
    ("until", "replaced_at", "read_until"),
    [
        (NOON + HOUR, None, NOON),
        (NOON - HOUR, None, NOON - HOUR),
        (NOON + HOUR, NOON - 2 * HOUR, NOON - 2 * HOUR),
    ],
)
def test_a_trial_compares_up_to_now_its_end_or_the_next_policy(
    until: datetime, replaced_at: datetime | None, read_until: datetime
) -> None:
    assert trial_read_until(until=until, replaced_at=replaced_at, now=NOON) == read_until
