"""Who was told of a ticket outside the browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# So many are read at a glance; more are folded.
SHOWN_MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """What became of one message: `level` was called, `tone` as of a tag."""

    level: int
    sentence: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCard:
    """All messages about a ticket as of `at`, in one sentence and one by one."""

    at: datetime
    summary: str
    lines: tuple[ToldLine, ...]

    @property
    def is_folded(self) -> bool:
        """Return whether there are more than are read at a glance."""
        return len(self.lines) > SHOWN_MOST

    @property
    def sign(self) -> str:
        """Return what a script compares; the time alone is no difference."""
        return "|".join([self.summary, *(line.sentence for line in self.lines)])
