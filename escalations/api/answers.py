"""Tickets as the API answers with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.selectors.tickets import address_of, claim_of, current_of, shown_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from escalations.models import Ticket, Vote


def ticket_line(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """Return a ticket as lists show it; overdue reads as expired, an ended claim as none."""
    claim = claim_of(ticket, now=now)
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
        "opened_at": ticket.opened_at,
        "decide_by": ticket.decide_by,
        "approvals_needed": ticket.approvals_needed,
        "needs_manager": ticket.needs_manager,
        "claim": claim and {"by": claim.holder.get_username(), "until": claim.lease_until},
        "resolved_by": ticket.resolved_by,
        "resolved_at": current["at"],
        "reason_code": ticket.reason_code,
        "reason_text": ticket.reason_text,
        "usable_from": ticket.usable_from,
        "url": address_of(ticket),
    }


def ticket_whole(ticket: Ticket, votes: Iterable[Vote], *, now: datetime) -> dict[str, Any]:
    """Return a ticket with what reviewers were shown and what they answered."""
    return {
        **ticket_line(ticket, now=now),
        "action_digest": ticket.action_digest,
        "policy_version": ticket.policy.number,
        "shown": shown_of(ticket, now=now),
        "votes": [_vote(vote) for vote in votes],
    }


def _vote(vote: Vote) -> dict[str, Any]:
    return {
        "by": vote.user.get_username(),
        "role": vote.role,
        "choice": vote.choice,
        "reason_code": vote.reason_code,
        "reason_text": vote.reason_text,
        "at": vote.created_at,
        "task": vote.task.external_id if vote.task else None,
    }
