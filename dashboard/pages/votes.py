"""The votes a ticket came with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from escalations.models import Ticket, Vote


def votes_of(ticket: Ticket) -> list[Vote]:
    """Return the votes that stand, oldest first, as `tickets_shown` has read them already."""
    votes: list[Vote] = ticket.votes_now  # type: ignore[attr-defined]
    return votes
