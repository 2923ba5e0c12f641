from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from dashboard.display.durations import (
    clock_time,
    day_time,
    duration_text,
    far_time,
    moment_time,
    span_text,
    wire_time,
)

DURATIONS = json.loads((Path(__file__).parent.parent / "durations.json").read_text())
MOMENTS = json.loads((Path(__file__).parent.parent / "moments.json").read_text())
HALIFAX = timezone(timedelta(hours=-4))


@pytest.mark.parametrize(("seconds", "text"), DURATIONS)
def test_a_running_duration_reads_as_on_a_clock(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(40, "40\u00a0s"), (900, "15\u00a0min"), (3600, "1\u00a0h"), (11760, "3\u00a0h\u00a016")],
)
def test_a_fixed_span_needs_no_seconds_from_a_minute_up(seconds: float, text: str) -> None:
    assert span_text(seconds) == text


def test_times_are_written_in_utc() -> None:
    at = datetime(2026, 11, 22, 8, 3, 4, tzinfo=HALIFAX)

    written = clock_time(at), day_time(at)

    assert written == ("12:03:04", "22\u00a0Nov 12:03")


@pytest.mark.parametrize(("at", "now", "text"), MOMENTS)
def test_a_time_of_another_day_names_its_day(at: str, now: str, text: str) -> None:
    assert moment_time(datetime.fromisoformat(at), now=datetime.fromisoformat(now)) == text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "31\u00a0Dec 23:59"),
        (datetime(2027, 12, 1, 3, 46, tzinfo=UTC), "1\u00a0Dec 2027 03:46"),
        (datetime(2025, 12, 1, 3, 46, tzinfo=UTC), "1\u00a0Dec 2025 03:46"),
    ],
)
def test_a_time_of_another_year_names_its_year(at: datetime, text: str) -> None:
    assert far_time(at, now=datetime(2026, 12, 1, 3, 46, tzinfo=UTC)) == text


def test_scripts_read_milliseconds_and_a_zone() -> None:
    at = datetime(2026, 11, 22, 12, 3, 4, 56_789, tzinfo=UTC)

    assert wire_time(at) == "2026-11-22T12:03:04.056Z"
