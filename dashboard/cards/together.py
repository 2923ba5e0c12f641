"""Many tickets answered with one answer: before it, while it is asked again, and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.cards.choices import Choice
from dashboard.cards.panel import FieldError, HeldLine, ReasonCode, UndoWindow
from dashboard.cards.question import Question
from dashboard.cards.queue import TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutNote:
    """What leaves a ticket out, "Approve" or "Both", and the sentence that says why."""

    label: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherLine:
    """One of many tickets; `name` is what the form sends for it.

    `has_changed` says that it is another version than the one it was selected at; `without_url`
    shows the others without it, empty where it is the only one.
    """

    row: TicketRow
    name: str
    left_out: tuple[LeftOutNote, ...] = ()
    has_changed: bool = False
    without_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherForm:
    """One answer for many tickets, drawn as the decision panel draws the answer to one.

    `tickets` are the names it sends, `beyond` the groups that are not listed whole. `choices` say
    in `asks` what each would do, counted, and `counted` pairs a field for each answer with the
    name of a ticket that it was counted for. `kind` is what is denied, `task` if it is several.
    """

    decide_url: str
    idempotency_key: str
    tickets: tuple[str, ...]
    counted: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    reason_codes: tuple[ReasonCode, ...]
    typed_code: str = ""
    typed_text: str = ""
    errors: tuple[FieldError, ...] = ()
    beyond: tuple[str, ...] = ()
    kind: str = "task"
    version: str = ""
    held: tuple[HeldLine, ...] = ()
    asks_password: bool = False
    on_approval: str = ""

    @property
    def is_reason_on(self) -> bool:
        """Return whether any choice is open, so that a reason can be given at all."""
        return any(not choice.why_off for choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherResult:
    """What became of the answer to one of many tickets.

    `row` is the ticket as it is now, None where this person may not see it. Where nothing was
    recorded `sentence` says why, and where somebody was faster `by` whom, when and for what
    `reason`. `undo` is None once it is over.
    """

    number: int
    is_recorded: bool
    at: datetime | None
    row: TicketRow | None = None
    sentence: str = ""
    by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    undo: UndoWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherPage:
    """Many tickets and one answer.

    `again_url` shows the same tickets afresh. `question` is what a browser without script is
    asked once more. `results` are empty until something was answered; the lines are then what
    can be tried again. `more` counts identical requests beyond those listed.
    """

    lines: tuple[TogetherLine, ...]
    now: datetime
    again_url: str
    queue_url: str
    form: TogetherForm | None = None
    question: Question | None = None
    results: tuple[TogetherResult, ...] = ()
    troubles: tuple[str, ...] = ()
    more: int = 0
    seqs: Mapping[str, int] = field(default_factory=dict)

    @property
    def recorded(self) -> int:
        """Return for how many tickets the answer is recorded."""
        return sum(result.is_recorded for result in self.results)

    @property
    def title(self) -> str:
        """Return what the page is about."""
        if self.results:
            return f"Recorded for {self.recorded} of {len(self.results)}"
        count = len(self.lines)
        if not count:
            return "Answer tickets together"
        return "Answer 1 ticket" if count == 1 else f"Answer {count} tickets together"

    @property
    def sign(self) -> str:
        """Return what a script compares to see that the page must be drawn again."""
        asked = [f"{line.row.sign}{line.left_out}" for line in self.lines]
        told = [f"{each.row.sign if each.row else ''}{each.undo is None}" for each in self.results]
        return "|".join([*asked, *told])
