"""Up to when a removal reaches, and which steps may follow which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from governance.domain.moves import IllegalMoveError
from governance.domain.policy.retention import RetentionPolicy
from governance.domain.retention import (
    LIVE,
    Cut,
    RetentionMove,
    RetentionState,
    cut_of,
    retention_moved,
)
from tests.clock import NOON

MIDNIGHT = datetime(2025, 8, 14, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_cut_is_a_midnight_in_utc() -> None:
    # 200 days before 2 March 2026 are 14 August 2025.
    cut = cut_of(RetentionPolicy(tasks_days=200, events_days=201), now=NOON)

    assert not cut.is_nothing
    assert tuple(cut) == (MIDNIGHT, None, MIDNIGHT - DAY)


def test_a_policy_that_keeps_for_ever_cuts_nothing() -> None:
    assert cut_of(RetentionPolicy(), now=NOON).is_nothing


@pytest.mark.parametrize(
    ("other", "is_within"),
    [
        (Cut(MIDNIGHT, None, None), True),
        (Cut(MIDNIGHT + DAY, MIDNIGHT, MIDNIGHT), True),
        (Cut(MIDNIGHT - DAY, None, None), False),
        (Cut(None, MIDNIGHT, MIDNIGHT), False),
    ],
)
def test_a_cut_is_within_one_that_takes_as_much(other: Cut, is_within: bool) -> None:
    assert Cut(MIDNIGHT, None, None).within(other) is is_within


@pytest.mark.parametrize(
    "state", [each for each in RetentionState if each is not RetentionState.PROPOSED]
)
def test_nothing_goes_that_was_not_proposed(state: RetentionState) -> None:
    with pytest.raises(IllegalMoveError):
        retention_moved(state, RetentionMove.AGREE)


@pytest.mark.parametrize(
    "state", [each for each in RetentionState if each is not RetentionState.EXPORTED]
)
def test_nothing_is_proposed_that_was_not_exported(state: RetentionState) -> None:
    with pytest.raises(IllegalMoveError):
        retention_moved(state, RetentionMove.PROPOSE)


def test_a_removal_goes_its_way_by_three_steps() -> None:
    exported = retention_moved(RetentionState.READY, RetentionMove.EXPORT)
    proposed = retention_moved(exported, RetentionMove.PROPOSE)

    assert retention_moved(proposed, RetentionMove.AGREE) is RetentionState.REMOVING


@pytest.mark.parametrize("state", LIVE)
def test_whatever_goes_on_can_be_cancelled(state: RetentionState) -> None:
    assert retention_moved(state, RetentionMove.CANCEL) is RetentionState.CANCELLED


@pytest.mark.parametrize(
    "state", [RetentionState.DONE, RetentionState.CANCELLED, RetentionState.FAILED]
)
@pytest.mark.parametrize("move", RetentionMove)
def test_what_is_over_moves_no_more(state: RetentionState, move: RetentionMove) -> None:
    with pytest.raises(IllegalMoveError):
        retention_moved(state, move)
