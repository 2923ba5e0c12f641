"""From a ticket to the next one, in the queue that a person works through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.pages.queue_links import address
from escalations.selectors.deciders import tickets_judged
from escalations.selectors.onward import ticket_onward
from escalations.selectors.tickets import address_of
from governance.domain.types import Role
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.queue import QueueFilter
    from governance.models import Fleet


def onward_url(
    user: User,
    seats: Sequence[tuple[Fleet, Role]],
    *,
    url: str,
    wanted: QueueFilter,
    left: UUID | None,
) -> str:
    """Return the page of the next ticket, or of the queue where nothing is left for this person.

    Args:
        user: who goes on.
        seats: the fleets, with the person's role in each.
        url: of the queue, narrowed to nothing.
        wanted: what it is narrowed to.
        left: the ticket the person comes from.
    """
    now = clock_now()
    judged = tickets_judged(user=user, fleet_ids=[fleet.pk for fleet, _ in seats], now=now)
    managed = [fleet.pk for fleet, role in seats if role.rank >= Role.MANAGER.rank]
    found = ticket_onward(judged, user=user, managed=managed, wanted=wanted, left=left, now=now)
    return address(url, wanted) if found is None else address_of(found)
