"""Which questions were open in an installation that was away, such as one just restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketState
from escalations.models import Ticket

if TYPE_CHECKING:
    from datetime import datetime


def questions_open(*, now: datetime) -> tuple[int, int]:
    """Return how many tickets are open over all fleets, and how many of them are overdue."""
    pending = Ticket.objects.filter(state=TicketState.PENDING.value, practice=False)
    return pending.count(), pending.filter(decide_by__lte=now).count()
