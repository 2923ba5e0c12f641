"""The end of a shift: what a person leaves, to whom it can go, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.holding import Option
from dashboard.cards.queue import TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftLine:
    """A ticket the person leaves: `name` is how the form names it, `says` why it stands here.

    `why_off` keeps it from being handed over; it can be put back into the queue where `goes_back`.
    """

    row: TicketRow
    name: str
    says: str
    why_off: str = ""
    goes_back: bool = False
    is_ticked: bool = True

    @property
    def can_leave(self) -> bool:
        """Return whether anything can be done for it here."""
        return self.goes_back or not self.why_off


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPart:
    """The tickets that wait for one reason; `empty` is what is said where there are none."""

    title: str
    empty: str
    lines: tuple[ShiftLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftResult:
    """What became of one ticket; `row` is None where the person may not see it any longer."""

    number: int
    is_recorded: bool
    at: datetime | None
    done: str = ""
    sentence: str = ""
    row: TicketRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPage:
    """What a person leaves, and the form that hands it over.

    `people` are those to whom something can be handed, the queue last; empty where nothing can.
    `results` are filled once something was sent.
    """

    url: str
    queue_url: str
    now: datetime
    parts: tuple[ShiftPart, ...] = ()
    people: tuple[Option, ...] = ()
    idempotency_key: str = ""
    typed_note: str = ""
    problem: str = ""
    wrong: str = ""
    results: tuple[ShiftResult, ...] = ()

    @property
    def count(self) -> int:
        """Return how many tickets the person leaves."""
        return sum(len(part.lines) for part in self.parts)

    @property
    def recorded(self) -> int:
        """Return for how many tickets it is recorded."""
        return sum(result.is_recorded for result in self.results)
