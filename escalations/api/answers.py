"""Tickets as the API answers with them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from escalations.domain.lifecycle import TicketState
from escalations.selectors.escalation import escalated_of
from escalations.selectors.tickets import address_of, claim_of, current_of, shown_of, snooze_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from escalations.models import Note, Ticket, Vote


def ticket_line(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return a ticket as lists show it; overdue reads as expired, what has ended as none."""
    claim = claim_of(ticket, now=now)
    snooze = snooze_of(ticket, now=now)
    current = current_of(ticket, now=now)
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "kind": ticket.kind,
        "state": current["state"],
        "resolution": current["resolution"],
        "version": ticket.version,
        "title": ticket.title,
        "level": ticket.risk_level,
        "agent": ticket.agent.external_id if ticket.agent else None,
        "task": ticket.task.external_id if ticket.task else None,
        "requested_by": ticket.requested_by,
        "practice": ticket.practice,
        "emergency": ticket.emergency,
        "opened_at": ticket.opened_at,
        "decide_by": ticket.decide_by,
        "approvals_needed": ticket.approvals_needed,
        "needs_manager": ticket.needs_manager,
        "extended_from": ticket.extended_from,
        "claim": claim and {"by": claim.holder.get_username(), "until": claim.lease_until},
        "snooze": snooze and {"by": snooze.by.get_username(), "until": snooze.until},
        "escalation": _escalation(ticket, current["state"]),
        "needs_info": ticket.needs_info,
        "resolved_by": ticket.resolved_by,
        "resolved_at": current["at"],
        "reason_code": ticket.reason_code,
        "reason_text": ticket.reason_text,
        "usable_from": ticket.usable_from,
        "url": address_of(ticket),
    }


def ticket_whole(
    ticket: Ticket, votes: Iterable[Vote], notes: Iterable[Note], *, now: datetime
) -> dict[str, Any]:
    """Return a ticket with what reviewers were shown, what they answered and what was said."""
    return {
        **ticket_line(ticket, now=now),
        "action_digest": ticket.action_digest,
        "policy_version": ticket.policy.number,
        "shown": shown_of(ticket, now=now),
        "votes": [_vote(vote) for vote in votes],
        "notes": [_note(note) for note in notes],
    }


def _escalation(ticket: Ticket, state: str) -> dict[str, Any] | None:
    found = escalated_of(ticket)
    return None if found is None or state != TicketState.PENDING else asdict(found)


def _note(note: Note) -> dict[str, Any]:
    return {
        "id": note.pk,
        "kind": note.kind,
        "by": note.author,
        "is_agent": note.user_id is None,
        "to": note.given_to.get_username() if note.given_to else None,
        "text": note.text,
        "at": note.created_at,
    }


def _vote(vote: Vote) -> dict[str, Any]:
    return {
        "id": vote.pk,
        "by": vote.user.get_username(),
        "role": vote.role,
        "choice": vote.choice,
        "reason_code": vote.reason_code,
        "reason_text": vote.reason_text,
        "at": vote.created_at,
        "task": vote.task.external_id if vote.task else None,
    }
