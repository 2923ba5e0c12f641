"""What a check of the log can find: each finding one sentence that names table, row and seal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from governance.domain.phrases import count_words

# So many rows are told apart; a log of which more are wrong is wrong altogether.
ROWS_TOLD_APART = 100_000


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


class Tally:
    """How many faults a check found, of which kinds, and in how many rows: one may have several.

    ``rows`` stands still at 100,000.
    """

    def __init__(self) -> None:
        """Count from nothing."""
        self.faults = 0
        self.kinds: set[FindingKind] = set()
        self._rows: set[tuple[str, str]] = set()

    @property
    def rows(self) -> int:
        """How many rows were named; a fault of seals or of rows that are gone names none."""
        return len(self._rows)

    def take(self, finding: Finding) -> None:
        """Count one finding."""
        self.faults += 1
        self.kinds.add(finding.kind)
        if finding.row and len(self._rows) < ROWS_TOLD_APART:
            self._rows.add((finding.table, finding.row))


def faults_words(faults: int, rows: int | None) -> str:
    """Return how much was found: ``1 fault``, ``3 faults in 2 rows``.

    Args:
        faults: how many, >= 1.
        rows: in how many rows; 0 for none, None where nobody counted them.
    """
    if not rows:
        return count_words(faults, "fault")
    most = " or more" if rows >= ROWS_TOLD_APART else ""
    return f"{count_words(faults, 'fault')} in {count_words(rows, 'row')}{most}"


def is_key_missing(kinds: Iterable[str]) -> bool:
    """Return whether nothing was found but that a key is missing: then nobody can tell more."""
    return set(kinds) == {FindingKind.UNKNOWN_KEY}


def unknown_key_words(key: str) -> str:
    """Return what is said of a record that this installation cannot check."""
    return f"is signed with key {key}, which SEAL_KEY and SEAL_KEYS_BEFORE do not hold."


def short(at: str) -> str:
    """Return a time in ISO 8601 to the second, as sentences have it."""
    return f"{at[:10]} {at[11:19]} UTC"
