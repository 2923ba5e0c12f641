"""Whether a breaker is passed over, or somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.models import Bypass

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def bypass_of(*, agent_id: UUID, now: datetime) -> Bypass | None:
    """Return the agent's bypass, asked for or agreed to, whose time is not over."""
    return Bypass.objects.filter(agent_id=agent_id, ends_at__gt=now).first()
