"""Where a row stands in a list that is ordered by time, as an address carries it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID


def position_text(at: datetime, row_id: UUID) -> str:
    """Return the position of the row with this time and id."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}_{row_id}"


def position_read(text: str) -> tuple[datetime, UUID] | None:
    """Return the position an address names; None for an empty or a mangled one."""
    at, _, row_id = text.partition("_")
    try:
        return datetime.strptime(at, "%Y%m%dT%H%M%S.%f%z"), UUID(row_id)
    except ValueError:
        return None
