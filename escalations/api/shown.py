"""What callers are told about tickets: the definition behind their documentation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID


class ClaimShown(TypedDict):
    """Who works on the ticket, and until when it is theirs."""

    by: str
    until: datetime


class SnoozeShown(TypedDict):
    """Who put the ticket off, and until when the queue leaves it out."""

    by: str
    until: datetime


class EscalationShown(TypedDict):
    """Which level of its escalation policy a waiting ticket is with, of how many.

    ``next_at`` is when the next one is called at the latest, null on the last; ``reason`` is empty
    on the first.
    """

    level: int
    of: int
    since: datetime
    reason: str
    next_at: datetime | None


class TicketLineShown(TypedDict):
    """A ticket as lists show it; one past its time to answer reads as expired.

    ``extended_from`` is the first ``decide_by``, once a question has moved it; ``needs_info`` says
    that a question waits for its answer, ``emergency`` that two admins approved it past the usual
    quorum. ``escalation`` is null for what waits for nobody.
    """

    id: UUID
    number: int
    kind: str
    state: str
    resolution: str | None
    version: int
    title: str
    level: str
    agent: str | None
    task: str | None
    requested_by: str
    practice: bool
    emergency: bool
    opened_at: datetime
    decide_by: datetime
    approvals_needed: int
    needs_manager: bool
    extended_from: datetime | None
    claim: ClaimShown | None
    snooze: SnoozeShown | None
    escalation: EscalationShown | None
    needs_info: bool
    resolved_by: str
    resolved_at: datetime | None
    reason_code: str
    reason_text: str
    usable_from: datetime | None
    url: str


class VoteShown(TypedDict):
    """One person's answer; ``task`` is the held task that an answer to a cascade is about.

    Whoever agrees to a call for an emergency names its ``id`` as ``seconds``.
    """

    id: UUID
    by: str
    role: str
    choice: str
    reason_code: str
    reason_text: str
    at: datetime
    task: str | None


class NoteShown(TypedDict):
    """Something said while the ticket waited: question, answer or handover.

    ``is_agent`` tells an agent's words, which are untrusted; ``to`` is who a ticket was handed to.
    """

    id: UUID
    kind: str
    by: str
    is_agent: bool
    to: str | None
    text: str
    at: datetime


class TicketShown(TicketLineShown):
    """A ticket with what people were shown when they were asked, and what they answered.

    ``version`` is the number to send as If-Match; it is the ETag of the answer too.
    """

    action_digest: str
    policy_version: int
    shown: dict[str, Any]
    votes: list[VoteShown]
    notes: list[NoteShown]


class TicketsShown(TypedDict):
    """One page of tickets, the newest first; ``next_cursor`` leads on, null at the end."""

    tickets: list[TicketLineShown]
    next_cursor: int | None
