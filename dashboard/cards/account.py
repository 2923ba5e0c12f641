"""What an agent earned, spent and passed on: its account in figures and its latest entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.ticket import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One entry: `amount` with its sign, `kind` in words."""

    at: datetime
    amount: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """The account in one sentence, part by part, and the latest entries, newest first."""

    summary: str = ""
    parts: tuple[Fact, ...] = ()
    entries: tuple[EntryLine, ...] = ()
