"""The panel on which a person decides, in every state a ticket can be in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.marks import Claim, Countdown
from dashboard.display.wording import Mark, kind_mark, ticket_mark


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
    """A reason to choose; `for_choice` restricts it to approve or deny, empty fits both."""

    code: str
    label: str
    for_choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to decide. `why_off` is empty where this person may choose it now.

    `value` is what the form sends. `asks` is the sentence of the confirmation, without its
    question mark.
    """

    value: str
    label: str
    icon: str
    tone: str
    asks: str
    key: str = ""
    why_off: str = ""


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

    `task_id` is empty for a release. `typed_choice`, `typed_code` and `typed_text` are what the
    person had entered when the form came back. `rule` says who must be among those who sign ("One
    must be a manager."), `on_approval` what one more approval does, `asks_password` that approving
    takes the password again. The choices of an approved ticket are those that can still turn it
    around. `seq` is the last event sequence number of the fleet, read before the ticket.
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
    seq: int = 0
    task_id: str = ""
    resolution: str = ""
    countdown: Countdown | None = None
    approvals_needed: int = 1
    signatures: tuple[Signature, ...] = ()
    eligible: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    rule: str = ""
    claim: Claim | None = None
    claim_url: str = ""
    release_claim_url: str = ""
    can_take_over: bool = False
    why_no_claim: str = ""
    choices: tuple[Choice, ...] = ()
    reason_codes: tuple[ReasonCode, ...] = ()
    idempotency_key: str = ""
    on_approval: str = ""
    asks_password: bool = False
    typed_choice: str = ""
    typed_code: str = ""
    typed_text: str = ""
    errors: tuple[FieldError, ...] = ()
    conflict: Conflict | None = None
    ruling: Ruling | None = None
    undo: UndoWindow | None = None

    @property
    def is_pending(self) -> bool:
        """Return whether the ticket still waits for a person."""
        return self.state.lower() == "pending"

    @property
    def mark(self) -> Mark:
        """Return what the ticket waits for, or what became of it."""
        return ticket_mark(self.state, self.resolution)

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
            *(choice.why_off for choice in self.choices),
            self.undo.url if self.undo is not None else "",
        )
        return "|".join(parts)

    @property
    def open_signatures(self) -> range:
        """Return one number for each signature still missing, counted from the first line."""
        return range(len(self.signatures) + 1, self.approvals_needed + 1)

    @property
    def is_reason_on(self) -> bool:
        """Return whether any choice is open, so that a reason can be given at all."""
        return any(not choice.why_off for choice in self.choices)


def choices_for(kind: str, *, approve_off: str = "", deny_off: str = "") -> tuple[Choice, ...]:
    """Return the choices of a ticket kind in their words.

    Args:
        kind: task, release or incident.
        approve_off: why this person cannot approve, release or acknowledge now, as a sentence.
        deny_off: why this person cannot deny or keep frozen now, as a sentence.

    Raises:
        ValueError: for a kind that has no words here.
    """
    if kind == "task":
        return (
            Choice(
                value="deny", label="Deny", icon="x", tone="deny", key="D", why_off=deny_off,
                asks="Deny this task, and send your words to the agent",
            ),
            Choice(
                value="approve", label="Approve", icon="check", tone="main", key="A",
                why_off=approve_off, asks="Approve exactly these arguments",
            ),
        )  # fmt: skip
    if kind == "release":
        return (
            Choice(
                value="deny", label="Keep frozen", icon="ice", tone="deny", key="D",
                why_off=deny_off, asks="Keep this agent frozen",
            ),
            Choice(
                value="approve", label="Release", icon="check", tone="main", key="A",
                why_off=approve_off, asks="Release this agent to probation",
            ),
        )  # fmt: skip
    if kind == "incident":
        return (
            Choice(
                value="approve", label="Acknowledge", icon="check", tone="main", key="A",
                why_off=approve_off, asks="Acknowledge this incident; the task stays denied",
            ),
        )  # fmt: skip
    message = f"no words for ticket kind {kind!r}"
    raise ValueError(message)
