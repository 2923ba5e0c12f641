"""The ticket queue and the list of decided tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.cards.escalation import EscalationNote
from dashboard.cards.fleet import FilterOption
from dashboard.cards.holding import SnoozeNote
from dashboard.cards.marks import Claim, Countdown, TrustBand, claim_words
from dashboard.cards.panel import Ruling, ending_of
from dashboard.display.wording import Mark, kind_mark, ticket_mark


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """One ticket in a list.

    `kind` is that of the ticket; `level` LOW to CRITICAL, empty where no one task is asked about.
    `title` is what is asked, in a few words. `operation`, `environment` and `agent` make the
    second line, `why` the third: a sentence with the numbers that decided. A decided ticket has a
    `ruling`.
    `now` is when the row was made, by the database clock.
    `why_no_claim` is empty where this person may claim. `group_size` counts identical requests,
    which `group_url` lists one by one; `alike` names what they share, also of one alone.
    `snoozed` is None where nobody put it off; `is_asked` says that a question about it waits for
    an answer; `called` says who calls an emergency on it; `escalation` is the level of people
    it is with.
    """

    ticket_id: str
    number: int
    version: int
    fleet_slug: str
    kind: str
    state: str
    title: str
    agent: str
    why: str
    url: str
    row_url: str
    now: datetime
    agent_url: str = ""
    resolution: str = ""
    fleet_name: str = ""
    level: str = ""
    operation: str = ""
    environment: str = ""
    countdown: Countdown | None = None
    trust: TrustBand | None = None
    claim: Claim | None = None
    claim_url: str = ""
    why_no_claim: str = ""
    snoozed: SnoozeNote | None = None
    is_asked: bool = False
    escalation: EscalationNote | None = None
    called: str = ""
    approvals_needed: int = 1
    approved_by: tuple[str, ...] = ()
    group_size: int = 1
    group_url: str = ""
    alike: str = ""
    ruling: Ruling | None = None

    @property
    def group(self) -> str:
        """Return what a form names the identical requests by; empty where none can be."""
        return f"{self.fleet_slug}/{self.alike}" if self.alike else ""

    @property
    def pick(self) -> str:
        """Return by what the row is selected, whatever its version: its group or its ticket."""
        return self.group if self.group_size > 1 else f"{self.fleet_slug}/{self.number}"

    @property
    def is_pending(self) -> bool:
        """Return whether the ticket still waits for a person."""
        return self.state.lower() == "pending"

    @property
    def sign(self) -> str:
        """Return what a script compares to see that the row must be drawn again."""
        lease = "" if self.claim is None else f"{self.claim.name} {self.claim.lease.deadline}"
        # A snooze may end without a new version of the ticket.
        put_off = "" if self.snoozed is None else self.snoozed.until.isoformat()
        parts = (
            str(self.version), self.state, self.resolution, lease, self.why_no_claim,
            str(self.group_size), put_off, self.called,
            "" if self.escalation is None else self.escalation.sign,
        )  # fmt: skip
        return "|".join(parts)

    @property
    def name(self) -> str:
        """Return how people call it: `#812`."""
        return f"#{self.number}"

    @property
    def said(self) -> str:
        """Return where it stands, as it is read out once that is different."""
        if not self.is_pending:
            by = f" by {self.ruling.by}" if self.ruling is not None and self.ruling.by else ""
            return f"{self.name}: {self.mark.label}{by}."
        words = [f"snoozed by {self.snoozed.by}" if self.snoozed else claim_words(self.claim)]
        if self.called:
            words.insert(0, self.called)
        if self.escalation is not None and self.escalation.is_escalated:
            words.append(self.escalation.words)
        if self.is_asked:
            words.append("a question waits for an answer")
        if self.approvals_needed > 1:
            words.append(f"{len(self.approved_by)} of {self.approvals_needed} approvals")
        return f"{self.name}: {', '.join(words)}."

    @property
    def ending(self) -> str:
        """Return what follows when nobody answers in time, to go on from "it expires"."""
        return ending_of(self.kind)

    @property
    def mark(self) -> Mark:
        """Return what became of the ticket."""
        return ticket_mark(self.state, self.resolution)

    @property
    def kind_mark(self) -> Mark | None:
        """Return the tag of a ticket that is not about a task."""
        return kind_mark(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLink:
    """Where a list is narrowed to some of its tickets, or not at all."""

    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilters:
    """What the queue can be narrowed to, and what it is.

    `url` is the queue narrowed to nothing, `view` the chosen view's name, empty for the first.
    `said` is what is narrowed, in words; `group_of` leads from identical requests back to the
    list they are of. `troubles` are sentences about what of the address could not be read.
    """

    url: str = ""
    views: tuple[KindLink, ...] = ()
    view: str = ""
    kinds: tuple[FilterOption, ...] = ()
    levels: tuple[FilterOption, ...] = ()
    words: str = ""
    said: tuple[str, ...] = ()
    group_of: str = ""
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceNote:
    """How fast the person who looks decided lately; `advice` is empty where nothing is hasty."""

    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue in its order: risk times time left, the most urgent first.

    `seqs` holds the last event sequence number of each fleet, by slug, read before the rows, so
    that no event is missed. `decided` are tickets of the last minute or so, shown greyed.
    `waiting` counts the tickets this person can decide, `matching` those within the filters,
    `expiring_soon` of these, `others` what waits for somebody else. `first_url` is empty on the
    first page, `next_url` on the last. `pace` is that of the person who looks, None where nothing
    was decided lately. `together_url` is where the selected ones are answered together, at
    most `together_most` at once.
    """

    rows: tuple[TicketRow, ...]
    list_url: str
    together_url: str = ""
    together_most: int = 0
    filters: QueueFilters = QueueFilters()
    decided: tuple[TicketRow, ...] = ()
    seqs: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    matching: int = 0
    expiring_soon: int = 0
    others: int = 0
    first_url: str = ""
    next_url: str = ""
    last_decision_at: datetime | None = None
    pace: PaceNote | None = None
