"""How late the sweeper is, asked by those who run without it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketState
from escalations.models import Ticket

if TYPE_CHECKING:
    from datetime import datetime

# It looks every 2 s, and passes over what somebody is deciding at the moment.
SWEEPER_LATE = timedelta(seconds=30)


def sweeper_lag(*, now: datetime) -> timedelta:
    """Return for how long the longest overdue ticket has been left; zero where none is.

    Whoever answers or starts what is overdue is refused all the same: late is only what is shown.
    """
    overdue = Ticket.objects.filter(
        state=TicketState.PENDING.value, decide_by__lt=now, fleet__archived_at=None
    )
    since = overdue.order_by("decide_by").values_list("decide_by", flat=True).first()
    return timedelta() if since is None else now - since
