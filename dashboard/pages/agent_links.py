"""Where an agent's page and its pieces are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from uuid import UUID


def agent_url(name: str, agent_id: UUID, *, fleet: str) -> str:
    """Return the address of an agent's page, or of a piece of it, in the fleet with this slug."""
    return reverse(name, kwargs={"fleet": fleet, "agent_id": agent_id})
