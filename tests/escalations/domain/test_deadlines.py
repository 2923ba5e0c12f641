from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from escalations.domain.deadlines import (
    claim_is_stale,
    decide_by,
    extended,
    grant_window,
    is_expired,
    lease_end,
    wake_before,
)
from escalations.domain.lifecycle import TicketKind
from governance.domain.policy.timing import TicketTiming
from governance.domain.types import BlastLevel

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TIMING = TicketTiming()


def _minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("kind", "level", "minutes"),
    [
        (TicketKind.TASK, BlastLevel.CRITICAL, 15),
        (TicketKind.TASK, BlastLevel.HIGH, 30),
        (TicketKind.TASK, BlastLevel.MEDIUM, 240),
        (TicketKind.TASK, BlastLevel.LOW, 1440),
        (TicketKind.RELEASE, BlastLevel.HIGH, 1440),
        (TicketKind.INCIDENT, BlastLevel.CRITICAL, 1440),
        (TicketKind.DRIFT, BlastLevel.MEDIUM, 1440),
        (TicketKind.AUDIT, BlastLevel.CRITICAL, 4320),
        (TicketKind.CASCADE, BlastLevel.HIGH, 240),
    ],
)
def test_the_more_dangerous_the_sooner(kind: TicketKind, level: BlastLevel, minutes: int) -> None:
    deadline = decide_by(NOON, kind=kind, level=level, timing=TIMING)

    assert deadline == _minutes(minutes)


def test_the_deadline_itself_is_too_late() -> None:
    assert is_expired(NOON, now=NOON)
    assert not is_expired(NOON, now=NOON - timedelta(microseconds=1))


@pytest.mark.parametrize(("seen_min", "ends_min"), [(0, 10), (15, 25), (20, 30), (29, 30)])
def test_a_lease_is_renewed_to_30_minutes_at_most(seen_min: int, ends_min: int) -> None:
    end = lease_end(NOON, seen_at=_minutes(seen_min), timing=TIMING)

    assert end == _minutes(ends_min)


@pytest.mark.parametrize(("silence_s", "stale"), [(90, False), (90.001, True)])
def test_a_silent_holder_may_be_relieved_after_90_seconds(silence_s: float, stale: bool) -> None:
    now = NOON + timedelta(seconds=silence_s)

    assert claim_is_stale(NOON, now=now, timing=TIMING) is stale


@pytest.mark.parametrize(
    ("level", "minutes"),
    [
        (BlastLevel.CRITICAL, 10),
        (BlastLevel.HIGH, 30),
        (BlastLevel.MEDIUM, 60),
        (BlastLevel.LOW, 60),
    ],
)
def test_a_grant_opens_after_the_undo_window_and_keeps_its_full_length(
    level: BlastLevel, minutes: int
) -> None:
    window = grant_window(NOON, level=level, timing=TIMING)

    assert window.usable_from == NOON + timedelta(seconds=10)
    assert window.expires_at == _minutes(minutes) + timedelta(seconds=10)


def test_a_snooze_leaves_a_fifth_of_the_time_to_decide() -> None:
    assert wake_before(NOON, _minutes(30), timing=TIMING) == _minutes(24)


def test_a_question_makes_the_time_to_decide_half_as_long_again() -> None:
    assert extended(NOON, _minutes(30), timing=TIMING) == _minutes(45)
