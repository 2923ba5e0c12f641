"""What stands below a chart with marks: which kinds are drawn, and each mark as a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.queue import KindLink
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One mark in words; `url` is the page of its event."""

    at: datetime
    kind: Mark
    sentence: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksCard:
    """The marks of a period, the newest first.

    `toggles` draw the page with one kind more or less; `note` says which marks are not drawn,
    `more` how many of `total` are not listed; `log_url` leads to all events of the period.
    """

    toggles: tuple[KindLink, ...]
    lines: tuple[MarkLine, ...]
    total: int
    more: int
    note: str
    log_url: str
