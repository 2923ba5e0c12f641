"""The period that a page of figures is about, as its address carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dashboard.display.zones import as_shown, midnight, shown_now
from dashboard.forms.moments import Misread, time_read, time_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
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
ZONES = ("local", "utc")
# Up to this long hours are told apart, above it days.
_BY_THE_HOUR = timedelta(hours=48)
# What passes, of its length, while somebody looks at the period before one that ends now.
_NEARLY = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of time, ``since`` exclusive and ``until`` inclusive.

    ``name`` is one of `RANGES`, empty where an end is given; ``asked_until`` is the end that was
    asked for, which may be to come, None where it is whenever somebody looks; ``misread`` is what
    of the address nobody understood, which changes nothing; ``tz`` is the zone that the address
    asks for, one of `ZONES`, or empty; ``now`` is when it was read, None where that is not known.
    """

    since: datetime
    until: datetime
    name: str = ""
    asked_until: datetime | None = None
    misread: tuple[Misread, ...] = ()
    tz: str = ""
    now: datetime | None = None

    @property
    def width(self) -> Literal["hour", "day"]:
        """Return by what its figures are told apart."""
        return "hour" if self.until - self.since <= _BY_THE_HOUR else "day"

    @property
    def is_live(self) -> bool:
        """Return whether it ends now, so that it goes on while a page of it is open."""
        return self.asked_until is None or self.asked_until > self.until

    @property
    def query(self) -> str:
        """Return the query string that gives it again."""
        zone = {"tz": self.tz} if self.tz else {}
        if self.name:
            return urlencode({"range": self.name} | zone)
        ends = {"to": time_text(self.asked_until)} if self.asked_until else {}
        return urlencode({"from": time_text(self.since), **ends, **zone})

    @property
    def earlier(self) -> Period:
        """Return the one before it: as many days of the calendar, or as many hours."""
        return Period(
            since=self._moved(self.since, -1),
            until=self.since,
            asked_until=self.since,
            tz=self.tz,
            now=self.now,
        )

    @property
    def later(self) -> Period | None:
        """Return the one after it, which may go on; None where it is to come.

        As long as one of `RANGES` and up to now, or nearly, it is that range, which ends now.
        """
        if self.is_live:
            return None
        asked = self._moved(self.until, 1)
        name = self._range_until(asked)
        if name and self.now:
            span = RANGES[name]
            return Period(since=self.now - span, until=self.now, name=name, tz=self.tz)
        return Period(since=self.until, until=asked, asked_until=asked, tz=self.tz)

    @property
    def wider(self) -> Period | None:
        """Return one that shows more, about as much before as after; None beyond `LONGEST`.

        What ends now goes on ending now.
        """
        names = list(RANGES)
        if self.name and self.name != names[-1]:
            name = names[names.index(self.name) + 1]
            return Period(since=self.until - RANGES[name], until=self.until, name=name, tz=self.tz)
        half = (self.until - self.since) / 2
        if 4 * half > LONGEST:
            return None
        if self.is_live:
            return Period(since=self.since - 2 * half, until=self.until, tz=self.tz)
        until = self.until + half
        return Period(since=self.since - half, until=until, asked_until=until, tz=self.tz)

    def _range_until(self, asked: datetime) -> str:
        """Return which of `RANGES` a period up to ``asked`` comes to; empty for none.

        Whole days of the calendar stay what they are.
        """
        span = self.until - self.since
        is_whole = self.since == midnight(self.since) and self.until == midnight(self.until)
        if self.now is None or is_whole or self.now - asked > span * _NEARLY:
            return ""
        return next((name for name, each in RANGES.items() if each == span), "")

    def _moved(self, at: datetime, times: int) -> datetime:
        days = (as_shown(self.until).date() - as_shown(self.since).date()).days
        if days and self.since == midnight(self.since) and self.until == midnight(self.until):
            return midnight(at, days=times * days)
        return at + times * (self.until - self.since)


def period_read(fields: Mapping[str, str], *, now: datetime, usual: str = USUAL) -> Period:
    """Return the period of an address: ``range``, or ``from`` and ``to``, which come first.

    An end that is missing is now; a beginning that is missing is the usual range before the end,
    and what nobody understands is the usual range: ``usual``, one of `RANGES`.
    Times without an offset are in the zone that times are shown in.
    """
    misread: list[Misread] = []
    tz = _zone(misread)
    since = time_read(fields, "from", misread)
    asked_until = time_read(fields, "to", misread, is_end=True)
    if since is None and asked_until is None:
        return _range(fields.get("range", "") or usual, now, misread, tz, usual)
    until = now if asked_until is None else min(asked_until, now)
    since = until - RANGES[usual] if since is None else since
    if since < until <= since + LONGEST:
        return Period(
            since=since,
            until=until,
            asked_until=asked_until,
            misread=tuple(misread),
            tz=tz,
            now=now,
        )
    allowed = f"a time before that of to, at most {LONGEST.days} days"
    if since >= now:
        minute = time_text(now.replace(second=0, microsecond=0))
        allowed = f"a time before now, {minute}; this one is to come"
    misread.append(Misread(field="from", value=time_text(since), allowed=allowed))
    return _range(usual, now, misread, tz, usual)


def _zone(misread: list[Misread]) -> str:
    asked = shown_now().asked
    if asked and asked not in ZONES:
        misread.append(Misread(field="tz", value=asked, allowed=" or ".join(ZONES)))
        return ""
    return asked


def _range(name: str, now: datetime, misread: list[Misread], tz: str, usual: str) -> Period:
    if name not in RANGES:
        misread.append(Misread(field="range", value=name, allowed=", ".join(RANGES)))
        name = usual
    return Period(since=now - RANGES[name], until=now, name=name, misread=tuple(misread), tz=tz)
