"""The votes a ticket came with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.voting import Choice

if TYPE_CHECKING:
    from escalations.models import Ticket, Vote


def votes_of(ticket: Ticket) -> list[Vote]:
    """Return the votes that stand, oldest first, as `tickets_shown` has read them already."""
    votes: list[Vote] = ticket.votes_now  # type: ignore[attr-defined]
    return votes


def approvals_of(ticket: Ticket) -> list[Vote]:
    """Return the votes that approved the ticket or may yet: in an emergency the two calls."""
    choice = Choice.EMERGENCY if ticket.emergency else Choice.APPROVE
    return [vote for vote in votes_of(ticket) if vote.choice == choice]
