"""What a check of the log can find: each finding one sentence that names table, row and seal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class FindingKind(StrEnum):
    """What is wrong."""

    ALTERED = "altered"
    MISSING = "missing"
    INSERTED = "inserted"
    CHAIN_BROKEN = "chain_broken"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KEY = "unknown_key"
    SEALS_MISSING = "seals_missing"
    SEALS_RELINKED = "seals_relinked"
    HEAD_CHANGED = "head_changed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    ``table`` and ``row`` are those of the row, empty where it is about seals; ``number`` is that
    of the event or the seal; ``at`` is a time in ISO 8601, empty where none is known.
    """

    kind: FindingKind
    sentence: str
    subject: str = ""
    table: str = ""
    row: str = ""
    number: int | None = None
    at: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {**asdict(self), "kind": self.kind.value}
