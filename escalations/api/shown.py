"""What callers are told about tickets: the definition behind their documentation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID


class ClaimShown(TypedDict):
    """Who works on the ticket, and until when it is theirs."""

    by: str
    until: datetime


class TicketLineShown(TypedDict):
    """A ticket as lists show it; one past its time to answer reads as expired."""

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
    opened_at: datetime
    decide_by: datetime
    approvals_needed: int
    needs_manager: bool
    claim: ClaimShown | None
    resolved_by: str
    resolved_at: datetime | None
    reason_code: str
    reason_text: str
    usable_from: datetime | None
    url: str


class VoteShown(TypedDict):
    """One person's answer; ``task`` is the held task that an answer to a cascade is about."""

    by: str
    role: str
    choice: str
    reason_code: str
    reason_text: str
    at: datetime
    task: str | None


class TicketShown(TicketLineShown):
    """A ticket with what people were shown when they were asked, and what they answered.

    ``version`` is the number to send as If-Match; it is the ETag of the answer too.
    """

    action_digest: str
    policy_version: int
    shown: dict[str, Any]
    votes: list[VoteShown]


class TicketsShown(TypedDict):
    """One page of tickets, the newest first; ``next_cursor`` leads on, null at the end."""

    tickets: list[TicketLineShown]
    next_cursor: int | None
