"""How late the sweeper and the courier are, asked by those who run without them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Min, Q
from django.db.models.functions import Coalesce, Greatest

from escalations.domain.lifecycle import TicketState
from escalations.domain.notifying import NoticeState
from escalations.models import Notice, Ticket

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


def notices_lag(*, now: datetime) -> timedelta:
    """Return for how long the message to a person that waits longest is overdue; zero for none.

    What waits behind others, which its channel may not take either, is overdue since somebody last
    worked on the channel.
    """
    free = Q(channel__worked_until=None) | Q(channel__worked_until__lte=now)
    overdue = Notice.objects.filter(free, state=NoticeState.WAITING.value, next_at__lt=now)
    left = Greatest("next_at", Coalesce("channel__worked_until", "next_at"))
    since = overdue.aggregate(oldest=Min(left))["oldest"]
    return timedelta() if since is None else now - since
