"""The facts escalations publishes about tickets, into the registry that governance keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.events import FleetEvent

if TYPE_CHECKING:
    from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class TicketEvent(FleetEvent):
    """What every ticket event carries; who asks about no one task or agent names none."""

    ticket_id: UUID
    agent_id: UUID | None
    task_id: UUID | None
    number: int


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketEvent, wire_name="ticket.opened"):
    """A question waits for people; a practice ticket waits for nobody."""

    kind: str
    level: str
    approvals_needed: int
    decide_by: str
    practice: bool


@dataclass(frozen=True, kw_only=True)
class TicketUnroutable(TicketEvent, wire_name="ticket.unroutable"):
    """Too few people may decide the ticket; the sentence counts them and says why."""

    sentence: str


@dataclass(frozen=True, kw_only=True)
class TicketClaimed(TicketEvent, wire_name="ticket.claimed"):
    """A person works on the ticket; others wait until the lease ends."""

    by: str
    lease_until: str
    taken_from: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketClaimReleased(TicketEvent, wire_name="ticket.claim_released"):
    """The ticket is back in the queue: the holder let go, or the lease ended."""

    by: str
    lease_ended: bool


@dataclass(frozen=True, kw_only=True)
class TicketVoteRecorded(TicketEvent, wire_name="ticket.vote_recorded"):
    """A person answered; how many approvals count by now, and how many are needed.

    ``held`` names the tasks that an answer to a cascade is about.
    """

    by: str
    choice: str
    reason_code: str
    reason_text: str
    via: str
    approvals: int
    approvals_needed: int
    held: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TicketResolved(TicketEvent, wire_name="ticket.resolved"):
    """People have answered; ``resolution`` is one of the kind's own words."""

    resolution: str
    by: str
    reason_code: str
    reason_text: str


@dataclass(frozen=True, kw_only=True)
class TicketTightened(TicketEvent, wire_name="ticket.tightened"):
    """The question grew while it waited: why, what it takes now, how many votes no longer count."""

    sentence: str
    approvals_needed: int
    needs_manager: bool
    votes_withdrawn: int


@dataclass(frozen=True, kw_only=True)
class TicketGrew(TicketEvent, wire_name="ticket.grew"):
    """There is more evidence behind a waiting question; the sentence is the newest."""

    sentence: str


@dataclass(frozen=True, kw_only=True)
class TicketUndone(TicketEvent, wire_name="ticket.undone"):
    """A voter took an approval back before anything could run; the ticket waits again."""

    by: str


@dataclass(frozen=True, kw_only=True)
class TicketExpired(TicketEvent, wire_name="ticket.expired"):
    """Nobody answered in time, which counts as no; no person is said to have denied it."""

    votes: int


@dataclass(frozen=True, kw_only=True)
class TicketWithdrawn(TicketEvent, wire_name="ticket.withdrawn"):
    """The question is asked no longer, and why."""

    reason: str
