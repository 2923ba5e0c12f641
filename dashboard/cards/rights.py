"""What one person may do to one ticket, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class RightLine:
    """One move: whether it is open to the person, and the sentence that says why."""

    label: str
    mark: Mark
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLine:
    """One step of how the person came to their role; ``reason`` is empty where none was given."""

    at: datetime
    says: str
    reason: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsPage:
    """The page: ``people`` are user name, name and whether it is the one shown, for whom to choose.

    ``why_own`` says why only one's own rights are shown, empty for whoever may choose.
    """

    number: int
    title: str
    ticket_url: str
    url: str
    person: str
    is_reader: bool
    role: str
    summary: str
    lines: tuple[RightLine, ...]
    people: tuple[tuple[str, str, bool], ...]
    why_own: str
    steps: tuple[RoleLine, ...]
    now: datetime
