"""The period that a page of figures is about, as its address carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.forms.moments import Misread, time_read, time_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

# The ranges that end now, by their names in addresses.
RANGES = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}
USUAL = "7d"
LONGEST = timedelta(days=366)
_FIRST = datetime(1, 1, 31, tzinfo=UTC)
# Up to this long hours are told apart, above it days.
_BY_THE_HOUR = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of time, ``since`` exclusive and ``until`` inclusive.

    ``name`` is one of `RANGES`, empty where an end is given; ``asked_until`` is the end that was
    asked for, which may be to come, None where it is whenever somebody looks; ``misread`` is what
    of the address nobody understood, which changes nothing.
    """

    since: datetime
    until: datetime
    name: str = ""
    asked_until: datetime | None = None
    misread: tuple[Misread, ...] = ()

    @property
    def width(self) -> Literal["hour", "day"]:
        """Return by what its figures are told apart."""
        return "hour" if self.until - self.since <= _BY_THE_HOUR else "day"

    @property
    def query(self) -> str:
        """Return the query string that gives it again."""
        if self.name:
            return urlencode({"range": self.name})
        ends = {"to": time_text(self.asked_until)} if self.asked_until else {}
        return urlencode({"from": time_text(self.since), **ends})


def period_read(fields: Mapping[str, str], *, now: datetime) -> Period:
    """Return the period of an address: ``range``, or ``from`` and ``to``, which come first.

    An end that is missing is now; a beginning that is missing is the usual range before the end.
    """
    misread: list[Misread] = []
    since = time_read(fields, "from", misread)
    asked_until = time_read(fields, "to", misread, is_end=True)
    if since is None and asked_until is None:
        return _range(fields.get("range", "") or USUAL, now, misread)
    until = now if asked_until is None else min(asked_until, now)
    # The calendar has a first day.
    since = max(until, _FIRST) - RANGES[USUAL] if since is None else since
    if since < until <= since + LONGEST:
        return Period(since=since, until=until, asked_until=asked_until, misread=tuple(misread))
    allowed = f"a time before that of to, at most {LONGEST.days} days"
    misread.append(Misread(field="from", value=time_text(since), allowed=allowed))
    return _range(USUAL, now, misread)


def _range(name: str, now: datetime, misread: list[Misread]) -> Period:
    if name not in RANGES:
        misread.append(Misread(field="range", value=name, allowed=", ".join(RANGES)))
        name = USUAL
    return Period(since=now - RANGES[name], until=now, name=name, misread=tuple(misread))
