"""Where an agent's page and its pieces are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from uuid import UUID

    from escalations.models import Ticket


def agent_url(name: str, agent_id: UUID, *, fleet: str) -> str:
    """Return the address of an agent's page, or of a piece of it, in the fleet with this slug."""
    return reverse(name, kwargs={"fleet": fleet, "agent_id": agent_id})


def agent_link(ticket: Ticket, fleet: str) -> str:
    """Return the address of the page of the ticket's agent; empty where it asks about no one."""
    return "" if ticket.agent_id is None else agent_url("agent", ticket.agent_id, fleet=fleet)
