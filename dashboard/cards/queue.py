"""The ticket queue and the list of decided tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.cards.marks import Claim, Countdown, TrustBand
from dashboard.cards.panel import Ruling
from dashboard.display.wording import Mark, kind_mark, ticket_mark


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """One ticket in a list.

    `kind` is that of the ticket; `level` LOW to CRITICAL, empty where no one task is asked about.
    `title` is what is asked, in a few words. `operation`, `environment` and `agent` make the
    second line, `why` the third: a sentence with the numbers that decided. A decided ticket has a
    `ruling`.
    `now` is when the row was made, by the database clock.
    `why_no_claim` is empty where this person may claim. `group_size` counts identical requests.
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
    approvals_needed: int = 1
    approved_by: tuple[str, ...] = ()
    group_size: int = 1
    ruling: Ruling | None = None

    @property
    def is_pending(self) -> bool:
        """Return whether the ticket still waits for a person."""
        return self.state.lower() == "pending"

    @property
    def sign(self) -> str:
        """Return what a script compares to see that the row must be drawn again."""
        lease = "" if self.claim is None else f"{self.claim.name} {self.claim.lease.deadline}"
        parts = (str(self.version), self.state, self.resolution, lease, self.why_no_claim)
        return "|".join(parts)

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
    """Where the queue is narrowed to one kind of ticket, or not at all."""

    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """The queue in its order: risk times time left, the most urgent first.

    `seqs` holds the last event sequence number of each fleet, by slug, read before the rows, so
    that no event is missed. `decided` are tickets of the last minute or so, shown greyed.
    `others` counts tickets that wait for somebody else. A queue of one kind is not `is_whole`.
    """

    rows: tuple[TicketRow, ...]
    list_url: str
    kinds: tuple[KindLink, ...] = ()
    decided: tuple[TicketRow, ...] = ()
    is_whole: bool = True
    seqs: Mapping[str, int] = field(default_factory=dict)
    expiring_soon: int = 0
    others: int = 0
    last_decision_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedPage:
    """Decided, expired and withdrawn tickets, newest first, one page of them."""

    rows: tuple[TicketRow, ...]
    newer_url: str = ""
    older_url: str = ""
