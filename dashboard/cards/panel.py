"""The panel on which a person decides, in every state a ticket can be in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.choices import Choice
from dashboard.cards.editing import EditForm
from dashboard.cards.emergency import Emergency
from dashboard.cards.escalation import EscalationNote
from dashboard.cards.holding import Holding
from dashboard.cards.marks import Claim, Countdown, claim_words
from dashboard.cards.question import Question
from dashboard.display.wording import EMERGENCY, Mark, kind_mark, ticket_mark

_ENDINGS = {
    "task": " and is denied",
    "release": " and the agent stays frozen",
    "audit": " and the work stays as it was reported",
    "cascade": ", and what is held stays held",
    "drift": ", and the alarm stays open",
    "collusion": ", and the ring stays suspected",
}


def ending_of(kind: str) -> str:
    """Return what follows when nobody answers such a ticket in time, after "it expires"."""
    return _ENDINGS.get(kind, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One vote that counts; `word` is what was signed: approved, denied, released."""

    name: str
    at: datetime
    word: str = "approved"
    reason: str = ""
    is_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCode:
    """A reason to choose; `for_choice` is the choice it fits, empty fits all."""

    code: str
    label: str
    for_choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One task that a cascade holds: `first` names what must be settled before it, if anything.

    `depth` counts from the highest held task above it; `name` is what the form sends.
    """

    name: str
    title: str
    agent: str
    level: str
    depth: int = 0
    first: str = ""
    is_ticked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One held task that is settled: what became of it, by whom, when and why."""

    title: str
    mark: Mark
    by: str
    at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """How a ticket ended. `by` is empty where nobody decided: expired, withdrawn, superseded.

    `reason` is what the person wrote, `note` what followed ("Sent to refund-eu-14 word for word.",
    "Level 1 and 2 were told."), `next_url` the ticket that took its place.
    """

    at: datetime
    by: str = ""
    reason: str = ""
    reason_label: str = ""
    note: str = ""
    next_url: str = ""
    next_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoWindow:
    """The seconds in which an approval can be taken back; `url` is empty for who may not."""

    url: str
    countdown: Countdown


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenWindow:
    """The minutes in which a denial can be taken back; `why_off` is empty for who may now."""

    url: str
    countdown: Countdown | None
    why_off: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with a field of the form; an empty `field` concerns all of it."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Somebody was faster: who, when, what, and which version the loser had before them."""

    resolution: str
    state: str
    by: str
    at: datetime
    reason: str
    seen_version: int
    version: int

    @property
    def mark(self) -> Mark:
        """Return what became of the ticket."""
        return ticket_mark(self.state, self.resolution)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPanel:
    """Everything beside the facts: clock, signatures, claim, form, or what became of it.

    `task_id` is empty for a release, `action_digest` what a vote is given to, where anything is to
    run. `typed_choice`, `typed_code` and `typed_text` are what the
    person had entered when the form came back. `rule` says who must be among those who sign
    ("One must be a manager."), `on_approval` what one more approval does, `asks_password`
    that approving takes the password again, or, of somebody who has none (`has_password`), the
    code of their app. The choices of an approved ticket are those that
    can still turn it around. `held` are the tasks a cascade holds, `settled` those it held.
    `escalation` is the level of people it is with, `holding` are the moves of whoever holds it,
    `edit` the form that edits what will run,
    `emergency` the calls on it and an admin's form; `was_emergency` says that it was approved by
    two admins past the usual quorum. `next_url` leads to the next ticket, chosen then.
    `unsent` was typed in a form that is gone, `why_unsent` says what was wrong with it.
    `question` stands in place of the forms where a browser without script sent an answer.
    `seq` is the last event sequence number of the fleet, read before the ticket, `now` when the
    panel was made, by the database clock.
    """

    ticket_id: str
    number: int
    version: int
    fleet_slug: str
    kind: str
    state: str
    panel_url: str
    decide_url: str
    queue_url: str
    now: datetime
    next_url: str = ""
    seq: int = 0
    task_id: str = ""
    action_digest: str = ""
    resolution: str = ""
    countdown: Countdown | None = None
    approvals_needed: int = 1
    signatures: tuple[Signature, ...] = ()
    eligible: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    rule: str = ""
    claim: Claim | None = None
    claim_url: str = ""
    rights_url: str = ""
    release_claim_url: str = ""
    can_take_over: bool = False
    why_no_claim: str = ""
    choices: tuple[Choice, ...] = ()
    held: tuple[HeldLine, ...] = ()
    settled: tuple[AnswerLine, ...] = ()
    reason_codes: tuple[ReasonCode, ...] = ()
    idempotency_key: str = ""
    on_approval: str = ""
    asks_password: bool = False
    has_password: bool = True
    typed_choice: str = ""
    typed_code: str = ""
    typed_text: str = ""
    errors: tuple[FieldError, ...] = ()
    conflict: Conflict | None = None
    ruling: Ruling | None = None
    undo: UndoWindow | None = None
    reopen: ReopenWindow | None = None
    escalation: EscalationNote | None = None
    holding: Holding | None = None
    emergency: Emergency | None = None
    was_emergency: bool = False
    edit: EditForm | None = None
    unsent: str = ""
    why_unsent: str = ""
    question: Question | None = None

    @property
    def is_pending(self) -> bool:
        """Return whether the ticket still waits for a person."""
        return self.state.lower() == "pending"

    @property
    def mark(self) -> Mark:
        """Return what the ticket waits for, or what became of it."""
        return ticket_mark(self.state, self.resolution)

    @property
    def emergency_mark(self) -> Mark:
        """Return the tag beside an approval of two admins."""
        return EMERGENCY

    @property
    def kind_mark(self) -> Mark | None:
        """Return the tag of a ticket that is not about a task."""
        return kind_mark(self.kind)

    @property
    def sign(self) -> str:
        """Return what a script compares to see that the panel must be drawn again.

        One's own lease is left out: renewing it must not disturb a person who is typing.
        """
        holder = "" if self.claim is None or self.claim.is_me else self.claim.name
        parts = (
            str(self.version),
            self.state,
            self.resolution,
            "mine" if self.claim is not None and self.claim.is_me else holder,
            "take over" if self.can_take_over else "",
            *(f"{choice.value}{choice.why_off}" for choice in self.choices),
            *(line.name for line in self.held),
            self.undo.url if self.undo is not None else "",
            self.reopen.why_off if self.reopen is not None else "",
            self.ruling.note if self.ruling is not None else "",
            self.escalation.sign if self.escalation is not None else "",
            self.holding.sign if self.holding is not None else "",
            self.emergency.sign if self.emergency is not None else "",
        )
        return "|".join(parts)

    @property
    def is_signed(self) -> bool:
        """Return whether people sign it; what one answer settles has no lines to sign on."""
        return self.kind in {"task", "release", "incident"}

    @property
    def ending(self) -> str:
        """Return what follows when nobody answers in time, to go on from "it expires"."""
        return ending_of(self.kind)

    @property
    def said(self) -> str:
        """Return where it stands, as it is read out once that is different."""
        if not self.is_pending:
            by = f" by {self.ruling.by}" if self.ruling is not None and self.ruling.by else ""
            return f"This ticket is settled: {self.mark.label}{by}."
        words = claim_words(self.claim)
        if self.emergency is not None:
            words = ", ".join((*(call.sentence for call in self.emergency.calls), words))
        if self.escalation is not None and self.escalation.is_escalated:
            words += f", {self.escalation.words}"
        if self.is_signed and self.signatures:
            names = ", ".join(signature.name for signature in self.signatures)
            words += f", signed by {names}, {len(self.signatures)} of {self.approvals_needed}"
        return f"This ticket waits in version {self.version}: {words}."

    @property
    def is_undoable(self) -> bool:
        """Return whether an approval of it can be taken back for a while: only of a task."""
        return self.kind == "task"

    @property
    def open_signatures(self) -> range:
        """Return one number for each signature still missing, counted from the first line."""
        return range(len(self.signatures) + 1, self.approvals_needed + 1)

    @property
    def is_reason_on(self) -> bool:
        """Return whether any choice is open, so that a reason can be given at all."""
        return any(not choice.why_off for choice in self.choices)
