"""Lasting changes in an agent's work: what was normal, what is now, and who has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftLine:
    """One alarm: `normal` and `now` with their unit, over `tasks` from `since` to `at`."""

    mark: Mark
    state: Mark
    sentence: str
    normal: str
    now: str
    tasks: int
    since: datetime
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftCard:
    """The latest alarms, newest first; a waiting ticket asks what follows.

    `watched` says in a sentence what is compared with what, and how surely.
    """

    watched: str = ""
    lines: tuple[DriftLine, ...] = ()
    ticket_number: int = 0
    ticket_url: str = ""
    incident: str = ""
