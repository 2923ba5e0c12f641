"""Whether anybody still needs to hear of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from escalations.domain.deadlines import is_expired
from escalations.domain.lifecycle import TicketState
from escalations.domain.notifying import Unsent

_ENDED: Mapping[TicketState, Unsent] = {
    TicketState.RESOLVED: Unsent.DECIDED,
    TicketState.EXPIRED: Unsent.EXPIRED,
    TicketState.CANCELLED: Unsent.WITHDRAWN,
    TicketState.SUPERSEDED: Unsent.SUPERSEDED,
}


def over_because(
    state: TicketState,
    *,
    decide_by: datetime,
    snoozed_until: datetime | None,
    is_archived: bool,
    now: datetime,
) -> Unsent | None:
    """Return why nobody is told of a ticket any more, None if it waits for people.

    Args:
        state: of the ticket.
        decide_by: its deadline; from then on it counts as expired, swept or not.
        snoozed_until: until when somebody has put it off.
        is_archived: whether its fleet is.
        now: the moment.
    """
    if state in _ENDED:
        return _ENDED[state]
    if is_expired(decide_by, now=now):
        return Unsent.EXPIRED
    if is_archived:
        return Unsent.FLEET_ARCHIVED
    if snoozed_until is not None and snoozed_until > now:
        return Unsent.SNOOZED
    return None
