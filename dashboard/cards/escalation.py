"""Which level of people a waiting ticket is with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationNote:
    """The level of escalation: since when, why, whom it calls, and when the next one is called.

    `reason` is a sentence, empty on the first level; `called` are names; `next_at` is None on the
    last level. `may_answer` says in a sentence who may answer, whomever a level calls.
    """

    level: int
    of: int
    since: datetime
    reason: str
    called: tuple[str, ...]
    next_at: datetime | None
    may_answer: str = ""

    @property
    def is_escalated(self) -> bool:
        """Return whether more than the first level is called."""
        return self.level > 1

    @property
    def words(self) -> str:
        """Return the level in a few words."""
        return f"with level {self.level} of {self.of}"

    @property
    def sign(self) -> str:
        """Return what a script compares; a level is called without a new version of the ticket."""
        return f"{self.level} {self.next_at}"
