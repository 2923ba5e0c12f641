from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.domain.lifecycle import TicketKind
from escalations.domain.queue import (
    Alike,
    Position,
    alike_read,
    alike_text,
    position_read,
    position_text,
    urgency,
)
from governance.domain.types import BlastLevel

ID = UUID("0193a1b2-0000-7000-8000-000000004821")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DIGEST = "sha256:" + "0a" * 32
times = st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_each_level_of_risk_halves_the_time_that_counts() -> None:
    minute = timedelta(minutes=1)

    assert [urgency(minute, level) for level in BlastLevel] == [60.0, 30.0, 15.0, 7.5]


@given(as_of=times, opened_at=times, place=st.floats(allow_nan=False, allow_infinity=False))
def test_a_position_survives_its_address(
    as_of: datetime, opened_at: datetime, place: float
) -> None:
    position = Position(as_of=as_of, urgency=place, opened_at=opened_at, ticket_id=ID)

    assert position_read(position_text(position)) == position


def test_a_position_is_written_in_universal_time() -> None:
    there = timezone(timedelta(hours=2))
    position = Position(as_of=NOON.astimezone(there), urgency=7.5, opened_at=NOON, ticket_id=ID)

    assert position_text(position) == (f"20260302T120000.000000Z_7.5_20260302T120000.000000Z_{ID}")


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "___",
        f"20260302T120000.000000Z_nan_20260302T120000.000000Z_{ID}",
        f"20260302T120000.000000Z_inf_20260302T120000.000000Z_{ID}",
        f"20260302T120000.000000Z_soon_20260302T120000.000000Z_{ID}",
        f"today_7.5_20260302T120000.000000Z_{ID}",
        "20260302T120000.000000Z_7.5_20260302T120000.000000Z_4821",
        f"20260302T120000.000000Z_7.5_20260302T120000.000000Z_{ID}_more",
    ],
)
def test_a_mangled_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no position: "):
        position_read(text)


def test_what_identical_requests_share_survives_its_address() -> None:
    alike = Alike(TicketKind.TASK, DIGEST)

    assert alike_text(alike) == f"task.{DIGEST}"
    assert alike_read(alike_text(alike)) == alike


@pytest.mark.parametrize("text", ["task", "task.", DIGEST, f"lunch.{DIGEST}", "task.sha256:0a"])
def test_mangled_identical_requests_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no kind with a digest: "):
        alike_read(text)
