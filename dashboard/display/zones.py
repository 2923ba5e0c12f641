"""The time zone in which a page shows its times, said once in its bar."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

UTC_NAME = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a page shows times: in UTC, or in the person's own zone where that was chosen.

    ``own`` is a name of the time zone database; ``asked`` what the address says, empty where it
    says nothing.
    """

    own: str = UTC_NAME
    is_local: bool = False
    asked: str = ""

    @property
    def zone(self) -> tzinfo:
        """Return the zone that times are shown in."""
        return ZoneInfo(self.own) if self.is_local and self.own != UTC_NAME else UTC

    @property
    def name(self) -> str:
        """Return what that zone is called."""
        return self.own if self.is_local else UTC_NAME


_IN_UTC = Shown()
_shown: ContextVar[Shown] = ContextVar("shown", default=_IN_UTC)


@contextmanager
def shown_in(shown: Shown) -> Iterator[None]:
    """Let every time that is written meanwhile be in this zone."""
    before = _shown.set(shown)
    try:
        yield
    finally:
        _shown.reset(before)


def shown_now() -> Shown:
    """Return how times are shown; in UTC where no page said anything."""
    return _shown.get()


def as_shown(at: datetime) -> datetime:
    """Return the same moment in the zone that times are shown in."""
    return at.astimezone(shown_now().zone)


def midnight(at: datetime, *, days: int = 0) -> datetime:
    """Return when the day of ``at`` began where times are shown, or one ``days`` later, in UTC.

    A day in which clocks are moved has 23 or 25 h.
    """
    day = as_shown(at).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    # Within one zone this is arithmetic on the calendar, not on the clock.
    return (day + timedelta(days=days)).astimezone(UTC)
