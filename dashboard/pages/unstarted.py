"""What was approved and has not started, of one fleet or all of a person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.decided import UnstartedPage, UnstartedRow
from dashboard.pages.aftermath import came_of_it
from dashboard.pages.agent_links import agent_link
from dashboard.pages.marks import countdown, has_level
from dashboard.pages.votes import approvals_of
from escalations.selectors.tickets import address_of
from escalations.selectors.unstarted import approvals_unstarted
from governance.selectors.clock import clock_now
from governance.selectors.grants import UNUSED_SHOWN
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.auth.models import User

    from dashboard.cards.files import FileLinks
    from escalations.models import Ticket
    from governance.domain.types import Role
    from governance.models import Fleet
    from governance.selectors.grants import GrantGiven

LAPSED_SHOWN = 200


def unstarted_page(
    user: User, seats: Sequence[tuple[Fleet, Role]], *, decided_url: str, files: FileLinks
) -> UnstartedPage:
    """Return approvals that nothing was started with; a fixed number of queries.

    Args:
        user: who looks.
        seats: the fleets with the person's role in each.
        decided_url: where everything is that was decided.
        files: where the same rows are files.
    """
    now = clock_now()
    fleet_ids = [fleet.pk for fleet, _ in seats]
    found = approvals_unstarted(fleet_ids=fleet_ids, now=now, most=LAPSED_SHOWN + 1)
    rows = [_row(ticket, grant, user, len(seats) > 1, now) for ticket, grant in found]
    lapsed = tuple(row for row in rows if row.countdown is None)
    return UnstartedPage(
        waiting=tuple(row for row in rows if row.countdown is not None),
        lapsed=lapsed[:LAPSED_SHOWN],
        is_cut=len(lapsed) > LAPSED_SHOWN,
        now=now,
        days=UNUSED_SHOWN.days,
        decided_url=decided_url,
        files=files,
    )


def _row(
    ticket: Ticket,
    grant: GrantGiven,
    user: User,
    names_fleet: bool,
    now: datetime,
) -> UnstartedRow:
    return UnstartedRow(
        number=ticket.number,
        title=ticket.title,
        url=address_of(ticket),
        approved_at=ticket.resolved_at or grant.usable_from,
        usable_until=grant.expires_at,
        came=came_of_it(grant, now=now),
        agent=ticket.agent.external_id if ticket.agent else "",
        agent_url=agent_link(ticket, ticket.fleet.slug),
        fleet_name=ticket.fleet.name if names_fleet else "",
        level=ticket.risk_level if has_level(ticket) else "",
        approved_by=tuple(
            "you" if vote.user_id == user.pk else person_name(vote.user)
            for vote in approvals_of(ticket)
        ),
        countdown=(
            countdown(grant.usable_from, grant.expires_at, now=now)
            if now < grant.expires_at
            else None
        ),
    )
