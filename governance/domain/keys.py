"""What becomes of a key: it lives, is succeeded, expires or is revoked; the last two for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

# How long before its end people are told.
SOON = timedelta(days=14)
# The longest time for which a former key signs in beside its successor.
OVERLAP_MOST = timedelta(days=30)


class KeyState(StrEnum):
    """Whether a key signs in: LIVE and ROTATED do, the latter until its successor is alone."""

    LIVE = "live"
    ROTATED = "rotated"
    EXPIRED = "expired"
    REVOKED = "revoked"


def key_state(
    *, revoked_at: datetime | None, expires_at: datetime | None, is_succeeded: bool, now: datetime
) -> KeyState:
    """Return the state at ``now``; at the very moment of its end a key signs in no more."""
    if revoked_at is not None:
        return KeyState.REVOKED
    if expires_at is not None and expires_at <= now:
        return KeyState.EXPIRED
    return KeyState.ROTATED if is_succeeded else KeyState.LIVE


def ends_soon(expires_at: datetime | None, *, now: datetime) -> bool:
    """Return whether a key that signs in ends within 14 days."""
    return expires_at is not None and now < expires_at <= now + SOON


def overlap_end(expires_at: datetime | None, overlap: timedelta, *, now: datetime) -> datetime:
    """Return when a key that is rotated at ``now`` ends: never later than it would have."""
    end = now + overlap
    return end if expires_at is None else min(expires_at, end)


def successor_end(
    created_at: datetime, expires_at: datetime | None, *, now: datetime
) -> datetime | None:
    """Return when the successor ends: it is given the life that the former key was given."""
    return None if expires_at is None else now + (expires_at - created_at)
