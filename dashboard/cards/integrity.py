"""Whether the log of a fleet still says what was written: its seals, and what checks found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check: when, whose, and what it read and found."""

    number: int
    mark: Mark
    at: datetime
    by: str
    read: str
    found: tuple[str, ...]
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealLine:
    """One seal: the batch of rows it covers, and its signature to be noted down elsewhere."""

    number: int
    kind: str
    rows: int
    at: datetime
    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityPage:
    """The page of one fleet; ``wrong`` says what the last check found, empty for nothing.

    ``given_up`` says of each lost key what nobody can check. ``back`` says that transaction numbers
    went back and nothing new is sealed, empty else. ``is_running`` and ``share`` are of the check
    that goes on; ``why_not`` keeps this person from starting one.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    now: datetime
    parts_url: str
    summary: str
    given_up: tuple[str, ...]
    back: str
    wrong: str
    figures: tuple[KeyFigure, ...]
    is_running: bool
    share: float
    start_url: str
    why_not: str
    idempotency_key: str
    problem: str
    checks: tuple[CheckLine, ...]
    seals: tuple[SealLine, ...]
    seals_of: int
    files: FileLinks
    export_url: str
    events_url: str
