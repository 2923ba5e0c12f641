"""Times in an address, and what of an address nobody understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dashboard.display.zones import UTC_NAME, as_shown, shown_now

if TYPE_CHECKING:
    from collections.abc import Mapping

_A_TIME = "a day or a time in {} from 1900 on, such as 2026-03-02 or 2026-03-02T14:30"
_DAY_LENGTH = len("2026-03-02")
# Far enough from both ends of the calendar for a year more or less, in any zone.
_YEARS = range(1900, 9000)


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
    """Return a time as an address writes it: in UTC, or with the offset of the zone shown.

    Whoever follows the address reads the same moment in any zone. Empty for None.
    """
    if at is None:
        return ""
    shown = as_shown(at)
    if shown_now().name == UTC_NAME:
        shown = shown.replace(tzinfo=None)
    return shown.isoformat(timespec="minutes" if not shown.second else "seconds")


def time_read(
    fields: Mapping[str, str], name: str, misread: list[Misread], *, is_end: bool = False
) -> datetime | None:
    """Return the time of a field, in UTC; without an offset it is one of the zone shown.

    A day alone begins at midnight, and as an end it is included. Of a time that a change of the
    clocks repeats the first is meant.
    """
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.year not in _YEARS:
            raise ValueError(f"year must be from 1900 to 8999, got {at.year}")
        if at.tzinfo is None:
            at = at.replace(tzinfo=shown_now().zone)
        # The next midnight, however many hours that day has.
        at = at + timedelta(days=1) if is_end and len(text) <= _DAY_LENGTH else at
        return at.astimezone(UTC)
    except ValueError:
        allowed = _A_TIME.format(shown_now().name)
        misread.append(Misread(field=name, value=text, allowed=allowed))
        return None
