"""What the holder of a ticket can do beside deciding it, and what was said while it waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One entry of a list to choose from."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeNote:
    """Until when a ticket is put off, and by whom."""

    until: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """One thing said: a question, an answer or the word at a hand-over.

    ``is_agent`` tells words that an agent wrote; ``to`` is who the ticket was handed to.
    """

    kind: str
    by: str
    at: datetime
    text: str
    is_agent: bool = False
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderForm:
    """One folded form: its address, what to choose from, or why it is off.

    ``typed`` is what came back in it, ``problem`` why it was not recorded, ``problem_at`` the
    field to mend, where it is one.
    """

    url: str
    why_off: str = ""
    options: tuple[Option, ...] = ()
    typed: str = ""
    problem: str = ""
    problem_at: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether it is drawn unfolded: where it came back, to be mended or with words."""
        return bool(self.problem or self.typed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The moves of a holder. A form that is None does not exist for this kind of ticket.

    ``next_level`` is the one that can be called by hand, ``next_called`` the names on it; 0 and
    none where none can. ``question_id`` is empty where no question stands; ``clock`` says what
    the thread does to the deadline.
    """

    snooze: HolderForm
    ask: HolderForm | None
    answer: HolderForm | None
    escalate: HolderForm
    reassign: HolderForm
    wake_url: str
    snoozed: SnoozeNote | None = None
    why_no_wake: str = ""
    next_level: int = 0
    next_called: tuple[str, ...] = ()
    question_id: str = ""
    notes: tuple[NoteLine, ...] = ()
    clock: str = ""

    @property
    def sign(self) -> str:
        """Return what a script compares; a snooze may end without a new version of the ticket."""
        return "|".join(
            (
                self.snoozed.until.isoformat() if self.snoozed else "",
                self.snooze.why_off,
                self.escalate.why_off,
                self.reassign.why_off,
                str(len(self.notes)),
            )
        )
