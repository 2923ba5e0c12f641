"""Approved tasks that nothing was started with: an approval alone is no success."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.selectors.tickets import tickets_shown
from governance.selectors.grants import grants_idle

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from escalations.models import Ticket
    from governance.selectors.grants import GrantGiven


def approvals_unstarted(
    *, fleet_ids: Collection[UUID], now: datetime, most: int
) -> list[tuple[Ticket, GrantGiven]]:
    """Return approved tickets whose permission is unused: still good first, then those that lapsed.

    Args:
        now: the time of asking.
        most: of those that lapsed, the latest first; all that are still good come back.
    """
    grants = grants_idle(fleet_ids=fleet_ids, now=now, most=most)
    # A permission that no ticket gave, such as a bypass, is none of these.
    tickets = tickets_shown().in_bulk([grant.authority for grant in grants])
    return [(tickets[grant.authority], grant) for grant in grants if grant.authority in tickets]
