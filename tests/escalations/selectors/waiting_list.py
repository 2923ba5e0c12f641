"""A person's waiting list as the pages ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from escalations.domain.queue import QueueFilter
from escalations.selectors.deciders import tickets_judged
from escalations.selectors.waiting import WaitingCounts, WaitingPage, waiting_counts, waiting_page

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from escalations.domain.queue import Position
    from governance.models import Fleet


def page_of(
    user: User,
    fleet: Fleet,
    now: datetime,
    *,
    after: Position | None = None,
    most: int = 50,
    **narrowed: Any,
) -> WaitingPage:
    """Return a page of what waits for the person in the fleet."""
    judged = tickets_judged(user=user, fleet_ids=[fleet.pk], now=now)
    wanted = QueueFilter(**narrowed)
    return waiting_page(judged, user=user, wanted=wanted, after=after, now=now, most=most)


def numbers(page: WaitingPage) -> list[int]:
    """Return the numbers of the tickets, in the order of the page."""
    return [row.ticket.number for row in page.rows]


def counts_of(user: User, fleet: Fleet, now: datetime, **narrowed: Any) -> WaitingCounts:
    """Return what is counted of what waits in the fleet."""
    judged = tickets_judged(user=user, fleet_ids=[fleet.pk], now=now)
    return waiting_counts(judged, user=user, wanted=QueueFilter(**narrowed), now=now)
