from __future__ import annotations

import pytest

from governance.domain.collusion.gating import is_penal, ring_findings
from governance.domain.collusion.states import (
    RingState,
    RingVerdict,
    is_same_ring,
    ring_absorbing,
    ring_after,
)
from governance.domain.facts import AgentStanding
from governance.domain.moves import IllegalMoveError
from governance.domain.reasons import ReasonCode
from governance.domain.types import Approval, Tier

NOW_S = 1_772_452_800.0


@pytest.mark.parametrize(
    ("state", "verdict", "after"),
    [
        (RingState.SUSPECTED, RingVerdict.CONFIRM, RingState.CONFIRMED),
        (RingState.SUSPECTED, RingVerdict.DISMISS, RingState.DISMISSED),
        (RingState.SUSPECTED, RingVerdict.VERIFY, RingState.SUSPECTED),
        (RingState.CONFIRMED, RingVerdict.CONFIRM, RingState.CONFIRMED),
        (RingState.CONFIRMED, RingVerdict.VERIFY, RingState.CONFIRMED),
        (RingState.CONFIRMED, RingVerdict.DISMISS, RingState.DISMISSED),
        (RingState.SUSPECTED, RingVerdict.MERGE, RingState.MERGED),
        (RingState.CONFIRMED, RingVerdict.MERGE, RingState.MERGED),
    ],
)
def test_a_verdict_moves_a_ring(state: RingState, verdict: RingVerdict, after: RingState) -> None:
    assert ring_after(state, verdict) is after


@pytest.mark.parametrize("state", [RingState.DISMISSED, RingState.MERGED])
@pytest.mark.parametrize("verdict", list(RingVerdict))
def test_a_dismissed_ring_and_a_merged_one_are_judged_no_more(
    state: RingState, verdict: RingVerdict
) -> None:
    with pytest.raises(IllegalMoveError):
        ring_after(state, verdict)


@pytest.mark.parametrize(
    ("state", "absorbed", "after"),
    [
        (RingState.SUSPECTED, RingState.SUSPECTED, RingState.SUSPECTED),
        (RingState.SUSPECTED, RingState.CONFIRMED, RingState.CONFIRMED),
        (RingState.CONFIRMED, RingState.SUSPECTED, RingState.CONFIRMED),
        (RingState.CONFIRMED, RingState.CONFIRMED, RingState.CONFIRMED),
    ],
)
def test_a_merged_ring_is_confirmed_if_one_of_the_two_was(
    state: RingState, absorbed: RingState, after: RingState
) -> None:
    assert ring_absorbing(state, absorbed) is after


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("abc", "ab", True), ("abcd", "abxy", True), ("abcde", "abxyz", False), ("ab", "bc", False)],
)
def test_rings_are_one_where_they_share_half_and_at_least_two(
    one: str, other: str, same: bool
) -> None:
    assert is_same_ring(frozenset(one), frozenset(other)) is same


def _standing(until_s: float | None) -> AgentStanding:
    return AgentStanding(tier=Tier.HIGH, trust=0.9, outcomes=100, penal_until_s=until_s)


def test_a_penalty_ends_at_its_time() -> None:
    assert is_penal(_standing(NOW_S + 1.0), now_s=NOW_S)
    assert not is_penal(_standing(NOW_S), now_s=NOW_S)
    assert not is_penal(_standing(None), now_s=NOW_S)


def test_work_of_a_partner_needs_two_people() -> None:
    (finding,) = ring_findings(_standing(None), "Broker", now_s=NOW_S)

    assert (finding.code, finding.asks) == (ReasonCode.RING_WORK, Approval.TWO)
    assert "It goes on with work of Broker" in finding.sentence


def test_a_penalty_says_until_when() -> None:
    (finding,) = ring_findings(_standing(NOW_S + 3_600.0), None, now_s=NOW_S)

    assert finding.code is ReasonCode.RING_PENALTY
    assert finding.sentence == (
        "Tier low until 2026-03-02 13:00 UTC, because collusion was confirmed."
    )


def test_nothing_is_asked_where_nothing_stands() -> None:
    assert list(ring_findings(_standing(None), None, now_s=NOW_S)) == []
