"""The life of a key, and its sliding minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.domain.key_rates import CallCount, is_full, remaining, wait_s
from governance.domain.keys import (
    KeyState,
    ends_soon,
    key_state,
    overlap_end,
    successor_end,
)
from tests.clock import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_revoked_key_is_revoked_whatever_else_happened() -> None:
    state = key_state(revoked_at=NOON, expires_at=NOON, is_succeeded=True, now=NOON)

    assert state is KeyState.REVOKED


@pytest.mark.parametrize(
    ("expires_at", "expected"),
    [
        (None, KeyState.LIVE),
        (NOON + timedelta(microseconds=1), KeyState.LIVE),
        (NOON, KeyState.EXPIRED),
        (NOON - HOUR, KeyState.EXPIRED),
    ],
)
def test_at_the_moment_of_its_end_a_key_has_expired(expires_at: object, expected: KeyState) -> None:
    state = key_state(revoked_at=None, expires_at=expires_at, is_succeeded=False, now=NOON)  # type: ignore[arg-type]

    assert state is expected


def test_a_succeeded_key_signs_in_until_its_end() -> None:
    state = key_state(revoked_at=None, expires_at=NOON + HOUR, is_succeeded=True, now=NOON)

    assert state is KeyState.ROTATED


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (None, False),
        (NOON, False),
        (NOON + timedelta(seconds=1), True),
        (NOON + 14 * DAY, True),
        (NOON + 14 * DAY + timedelta(seconds=1), False),
    ],
)
def test_soon_is_within_fourteen_days(end: object, expected: bool) -> None:
    assert ends_soon(end, now=NOON) is expected  # type: ignore[arg-type]


def test_rotating_never_lengthens_the_life_of_a_key() -> None:
    assert overlap_end(NOON + HOUR, DAY, now=NOON) == NOON + HOUR
    assert overlap_end(NOON + 2 * DAY, DAY, now=NOON) == NOON + DAY
    assert overlap_end(None, DAY, now=NOON) == NOON + DAY


def test_a_successor_lives_as_long_as_its_predecessor_was_to() -> None:
    assert successor_end(NOON - 80 * DAY, NOON + 10 * DAY, now=NOON) == NOON + 90 * DAY
    assert successor_end(NOON - 80 * DAY, None, now=NOON) is None


def test_the_last_minute_counts_for_what_is_left_of_it() -> None:
    # A quarter of this minute has passed: three quarters of 40 are 30, and 10 are 40.
    count = CallCount(before=40, current=10, passed=0.25)

    assert count.used == 40.0
    assert (remaining(count, 41), is_full(count, 41)) == (1, False)
    assert (remaining(count, 40), is_full(count, 40)) == (0, True)


def test_whoever_may_call_waits_for_nothing() -> None:
    assert wait_s(CallCount(before=0, current=0, passed=0.0), 1) == 0.0


def test_a_full_last_minute_has_to_shrink() -> None:
    # 60 * (1 - p) + 0 + 1 <= 31 from p = 0.5 on: 30 s from the beginning of this minute.
    assert wait_s(CallCount(before=60, current=0, passed=0.25), 31) == pytest.approx(15.0)


def test_a_full_minute_has_to_end_and_to_be_forgotten_in_part() -> None:
    # 45 s are left; then 60 * (1 - p) + 1 <= 60 from p = 1/60 on: 1 s more.
    assert wait_s(CallCount(before=0, current=60, passed=0.25), 60) == pytest.approx(46.0)


@given(
    st.integers(0, 500),
    st.integers(0, 500),
    st.floats(0.0, 0.999),
    st.integers(1, 400),
)
def test_after_the_wait_one_more_call_passes(
    before: int, current: int, passed: float, limit: int
) -> None:
    count = CallCount(before=before, current=current, passed=passed)
    waited = wait_s(count, limit)
    then = passed + (waited + 0.001) / 60
    later = (
        CallCount(before=before, current=current, passed=then)
        if then < 1
        else CallCount(before=current, current=0, passed=min(then - 1, 1.0))
    )

    assert waited == 0.0 or not is_full(later, limit)
