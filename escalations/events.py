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
    """A question waits for people; a practice ticket waits for nobody.

    ``flooded``: it is one of so many of its agent that nobody is called for it alone.
    """

    kind: str
    level: str
    approvals_needed: int
    decide_by: str
    practice: bool
    flooded: bool


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
class TicketReassigned(TicketEvent, wire_name="ticket.reassigned"):
    """A person handed the ticket to another, who holds it now; ``taken_from`` held it before."""

    by: str
    given_to: str
    taken_from: str
    note: str
    lease_until: str


@dataclass(frozen=True, kw_only=True)
class TicketSnoozed(TicketEvent, wire_name="ticket.snoozed"):
    """The holder put the ticket off; until then nobody holds it and the queue leaves it out."""

    by: str
    until: str


@dataclass(frozen=True, kw_only=True)
class TicketWoken(TicketEvent, wire_name="ticket.woken"):
    """A snoozed ticket is back in the queue: time, a person, an answer or evidence woke it."""

    woken_by: str


@dataclass(frozen=True, kw_only=True)
class TicketEscalated(TicketEvent, wire_name="ticket.escalated"):
    """Another level of the escalation policy is called, and why; those before it stay called.

    ``of`` counts the levels of the policy that the ticket carries; ``by`` is whoever called it by
    hand, empty where its time had come or nobody below might decide.
    """

    level: int
    of: int
    reason: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketAsked(TicketEvent, wire_name="ticket.asked"):
    """The holder asks the agent or its owner; the clock runs on, to ``decide_by``."""

    by: str
    question_id: str
    text: str
    decide_by: str
    is_extended: bool


@dataclass(frozen=True, kw_only=True)
class TicketAnswered(TicketEvent, wire_name="ticket.answered"):
    """The agent or a person answered the question that stood."""

    by: str
    question_id: str
    text: str


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
class TicketEdited(TicketEvent, wire_name="ticket.edited"):
    """The holder edited the arguments, or took edits back (``is_as_asked``): all votes are new.

    ``action_digest`` is what is asked about from here on; ``withdrawn`` names whose votes no longer
    count.
    """

    by: str
    action_digest: str
    is_as_asked: bool
    withdrawn: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TicketResolved(TicketEvent, wire_name="ticket.resolved"):
    """People have answered; ``resolution`` is one of the kind's own words.

    ``emergency``: two admins approved it past the usual quorum, and it could start at once; a
    denial of such an approval says so too.
    """

    resolution: str
    by: str
    reason_code: str
    reason_text: str
    emergency: bool = False


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
class TicketReopened(TicketEvent, wire_name="ticket.reopened"):
    """A denial was taken back before the agent knew of it; the ticket waits again."""

    by: str
    votes_withdrawn: int


@dataclass(frozen=True, kw_only=True)
class TicketExpired(TicketEvent, wire_name="ticket.expired"):
    """Nobody answered in time, which counts as no; no person is said to have denied it."""

    votes: int


@dataclass(frozen=True, kw_only=True)
class TicketWithdrawn(TicketEvent, wire_name="ticket.withdrawn"):
    """The question is asked no longer, and why."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class TicketSuperseded(TicketEvent, wire_name="ticket.superseded"):
    """The agent asked again with other arguments, as task ``successor``; the votes stay here."""

    successor: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class EscalationPublished(FleetEvent, wire_name="escalation.published"):
    """A new escalation policy counts for the tickets that open from here on."""

    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PreApprovalEvent(FleetEvent):
    """What every event about a pre-approval rule carries: which one, for which agent."""

    preapproval_id: UUID
    agent_id: UUID
    number: int


@dataclass(frozen=True, kw_only=True)
class PreApprovalProposed(PreApprovalEvent, wire_name="preapproval.proposed"):
    """A person proposes a rule; it lets nothing through until a manager accepts it."""

    sentence: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PreApprovalAccepted(PreApprovalEvent, wire_name="preapproval.accepted"):
    """A manager made or accepted a rule: what it names is approved without asking until then."""

    sentence: str
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class PreApprovalMatched(PreApprovalEvent, wire_name="preapproval.matched"):
    """A rule approved a request; ``uses`` counts this one too."""

    ticket_id: UUID
    task_id: UUID
    uses: int


@dataclass(frozen=True, kw_only=True)
class PreApprovalEnded(PreApprovalEvent, wire_name="preapproval.ended"):
    """A rule lets nothing through any longer: ``state`` says DECLINED, REVOKED or SUSPENDED."""

    state: str
    reason: str
    grants_revoked: int


@dataclass(frozen=True, kw_only=True)
class ChannelChanged(FleetEvent, wire_name="channel.changed"):
    """A fleet's own channel was added, proven or ended; the sentence says which."""

    channel_id: UUID
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ChannelFailing(FleetEvent, wire_name="channel.failing"):
    """A channel failed so often in a row that what it should tell is told on another."""

    channel_id: UUID
    failures: int
    sentence: str
