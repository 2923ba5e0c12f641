"""What the forms of backtests and trials send, read strictly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dashboard.forms.control import control_read
from dashboard.forms.moments import time_read
from governance.domain.backtest.jobs import LONGEST_DAYS, WINDOW_DAYS
from governance.domain.backtest.trials import DAYS_LEAST, DAYS_MOST
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest

    from dashboard.forms.moments import Misread

_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowForm:
    """A window as it was sent: the last so many days, or from one time to another."""

    days: int | None
    since: datetime | None
    until: datetime | None

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        sent = [self.days, *(at.isoformat() if at else None for at in (self.since, self.until))]
        return hashlib.sha256(json.dumps(sent).encode()).hexdigest()

    def ends(self, now: datetime) -> tuple[datetime, datetime]:
        """Return where it begins and ends."""
        if self.since is not None:
            return self.since, self.until or now
        return now - timedelta(days=self.days or WINDOW_DAYS), now


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialForm:
    """A trial as it was asked for."""

    days: int
    reason: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the same form sent again is recognised."""
        return hashlib.sha256(json.dumps([self.days, self.reason]).encode()).hexdigest()


def window_read(request: HttpRequest) -> WindowForm:
    """Return the window a form carries; times go before the days of the list.

    Raises:
        InvalidFieldError: naming ``days``, ``since`` or ``until``.
    """
    misread: list[Misread] = []
    since = time_read(request.POST, "since", misread)
    until = time_read(request.POST, "until", misread, is_end=True)
    for each in misread:
        raise InvalidFieldError(
            each.sentence, field=each.field, value=each.value, allowed=each.allowed
        )
    if until is not None and since is None:
        raise InvalidFieldError(
            "Say where the window begins, too.",
            field="since",
            value="",
            allowed="a day or a time before its end",
        )
    if since is not None:
        return WindowForm(days=None, since=since, until=until)
    days = _days(request.POST.get("days", str(WINDOW_DAYS)), 1, LONGEST_DAYS)
    return WindowForm(days=days, since=None, until=None)


def trial_read(request: HttpRequest) -> TrialForm:
    """Return the trial a form asks for.

    Raises:
        InvalidFieldError: naming ``days``, or ``reason`` as `control_read`.
    """
    days = _days(request.POST.get("days", ""), DAYS_LEAST, DAYS_MOST)
    return TrialForm(days=days, reason=control_read(request).reason)


def _days(text: str, least: int, most: int) -> int:
    text = text.strip()
    is_number = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    if not (is_number and least <= int(text) <= most):
        raise InvalidFieldError(
            f"Days must be a whole number from {least} to {most}, got “{text[:20]}”.",
            field="days",
            value=text,
            allowed=f"{least} to {most}",
        )
    return int(text)
