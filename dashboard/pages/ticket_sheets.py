"""How tickets go in a fleet, as files: what waits, who answered, what was never started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.sheets import Sheet
from dashboard.pages.service import loads_seen
from dashboard.pages.votes import approvals_of
from escalations.selectors.service_level import AGES_S, waiting_ages
from escalations.selectors.tickets import address_of
from escalations.selectors.unstarted import approvals_unstarted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from dashboard.forms.period import Period
    from escalations.models import Ticket
    from escalations.selectors.service_level import PersonLoad, WaitingAge
    from governance.domain.types import Role
    from governance.models import Fleet
    from governance.selectors.grants import GrantGiven

# Of those that lapsed within the days that the page shows.
EVERY = 100_000


def unstarted_sheet(
    fleet_ids: Collection[UUID], *, fleet: str, now: datetime
) -> Sheet[tuple[Ticket, GrantGiven]]:
    """Return every approval that nothing was started with; ``fleet`` is empty for several."""
    return Sheet(
        name="unstarted",
        fleet=fleet,
        columns={
            "fleet": lambda row: row[0].fleet.slug,
            "ticket": lambda row: row[0].number,
            "path": lambda row: address_of(row[0]),
            "title": lambda row: row[0].title,
            "agent": lambda row: row[0].agent.external_id if row[0].agent else None,
            "risk_level": lambda row: row[0].risk_level,
            "approved_by": lambda row: [vote.user.get_username() for vote in approvals_of(row[0])],
            "approved_at": lambda row: row[0].resolved_at,
            "usable_from": lambda row: row[1].usable_from,
            "usable_until": lambda row: row[1].expires_at,
            "is_usable": lambda row: now < row[1].expires_at,
        },
        rows=approvals_unstarted(fleet_ids=fleet_ids, now=now, most=EVERY),
    )


def waiting_sheet(fleet: Fleet, *, now: datetime) -> Sheet[WaitingAge]:
    """Return how many tickets wait, by risk and age."""

    def step(place: int) -> Callable[[WaitingAge], int]:
        return lambda row: row.counts[place]

    names = (
        f"under_{AGES_S[0]}_s",
        *(f"from_{age_s}_s" for age_s in AGES_S),
    )
    return Sheet(
        name="waiting",
        fleet=fleet.slug,
        columns={
            "risk_level": lambda row: row.level,
            **{name: step(place) for place, name in enumerate(names)},
        },
        rows=waiting_ages(fleet=fleet, now=now),
    )


def answer_sheet(fleet: Fleet, user: User, role: Role, period: Period) -> Sheet[PersonLoad]:
    """Return who answered how much in a period, as the page shows it to this person."""
    return Sheet(
        name="answers",
        fleet=fleet.slug,
        columns={
            "person": lambda load: load.username,
            "answered": lambda load: load.answers,
            "approved": lambda load: load.approvals,
            "taken_back": lambda load: load.taken_back,
            "last_at": lambda load: load.last_at,
            "since": lambda _: period.since,
            "until": lambda _: period.until,
        },
        rows=loads_seen(fleet, user, role, period),
    )
