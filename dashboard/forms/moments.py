"""Times in an address, and what of an address nobody understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_A_TIME = "a day or a time in UTC, such as 2026-03-02 or 2026-03-02T14:30"
_DAY_LENGTH = len("2026-03-02")


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread:
    """A field of an address whose value is none it takes."""

    field: str
    value: str
    allowed: str

    @property
    def sentence(self) -> str:
        """Return what is wrong, as a sentence."""
        return f"{self.field} cannot be “{self.value}”. It takes {self.allowed}."


def time_text(at: datetime | None) -> str:
    """Return a time as the address and a field for times write it, in UTC; empty for None."""
    if at is None:
        return ""
    utc = at.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="minutes" if not utc.second else "seconds")


def time_read(
    fields: Mapping[str, str], name: str, misread: list[Misread], *, is_end: bool = False
) -> datetime | None:
    """Return the time of a field; a day alone begins at midnight, and as an end it is included."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        return at + timedelta(days=1) if is_end and len(text) <= _DAY_LENGTH else at
    except (ValueError, OverflowError):
        misread.append(Misread(field=name, value=text, allowed=_A_TIME))
        return None
