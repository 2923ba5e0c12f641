"""Durations and times as they are written on screen."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from dashboard.display.zones import as_shown

NBSP = "\N{NO-BREAK SPACE}"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
# Below this the seconds decide, so the clock shows them.
_SHOW_SECONDS_BELOW_S = 20 * _MINUTE


def duration_text(seconds: float) -> str:
    """Return a duration as a person reads it on a running clock.

    Seconds are rounded up, so that a clock shows 0:00 only when nothing is left. The script
    `static/js/lib/durations.js` writes the same words; both are tested with one table.

    Args:
        seconds: any finite number; less than zero reads as zero.

    Returns:
        `4:12` below 20 min, `42 min` below an hour, `3 h 16` below a day, `2 d 4 h` from there.
    """
    whole = max(0, math.ceil(seconds))
    if whole < _SHOW_SECONDS_BELOW_S:
        return f"{whole // _MINUTE}:{whole % _MINUTE:02d}"
    if whole < _HOUR:
        return f"{whole // _MINUTE}{NBSP}min"
    if whole < _DAY:
        return _two_units(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "")
    return _two_units(whole // _DAY, "d", whole % _DAY // _HOUR, "h")


def span_text(seconds: float) -> str:
    """Return a fixed length of time, as in "decide within 15 min": `40 s`, `15 min`, `3 h 16`."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole}{NBSP}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}{NBSP}min"
    return duration_text(whole)


def clock_time(at: datetime) -> str:
    """Return the time of day, `12:03:04`, in UTC or the zone that the page's bar names."""
    return as_shown(at).strftime("%H:%M:%S")


def day_time(at: datetime) -> str:
    """Return day and time, `21 Nov 16:20`, in UTC or the zone that the page's bar names."""
    shown = as_shown(at)
    return f"{shown.day}{NBSP}{shown.strftime('%b')} {shown.strftime('%H:%M')}"


def far_time(at: datetime, *, now: datetime) -> str:
    """Return a time that may be a year away: `1 Dec 2027 03:46` unless ``now`` is of that year."""
    shown = as_shown(at)
    if shown.year == as_shown(now).year:
        return day_time(at)
    return f"{shown.day}{NBSP}{shown.strftime('%b %Y %H:%M')}"


def moment_time(at: datetime, *, now: datetime) -> str:
    """Return a time as short as is clear at ``now``: `12:03:04`, `2 Dec 09:34` another day.

    The script `static/js/lib/durations.js` writes the same words; both are tested with one table.
    """
    same_day = as_shown(at).date() == as_shown(now).date()
    return clock_time(at) if same_day else day_time(at)


def log_time(at: datetime) -> str:
    """Return a time of a log, `21 Nov 16:20:05`, in UTC or the zone that the page's bar names."""
    shown = as_shown(at)
    return f"{shown.day}{NBSP}{shown.strftime('%b')} {shown.strftime('%H:%M:%S')}"


def wire_time(at: datetime) -> str:
    """Return a time as scripts read it: ISO 8601 in UTC with milliseconds and a Z."""
    utc = at.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def _two_units(major: int, major_unit: str, minor: int, minor_unit: str) -> str:
    head = f"{major}{NBSP}{major_unit}"
    if not minor:
        return head
    return f"{head}{NBSP}{minor}{NBSP}{minor_unit}" if minor_unit else f"{head}{NBSP}{minor:02d}"
