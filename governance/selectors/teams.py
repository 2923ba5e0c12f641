"""Declared teams: in force, over, by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from governance.models import DeclaredTeam
from governance.refusals import MissingError

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import Fleet


def teams_in_force(*, fleet: Fleet, now: datetime) -> QuerySet[DeclaredTeam]:
    """Return the declared teams that count at ``now``, the first to end first."""
    teams = DeclaredTeam.objects.filter(fleet=fleet, until__gt=now, ended_at=None)
    return teams.order_by("until", "id")


def teams_over(*, fleet: Fleet, now: datetime, most: int = 20) -> QuerySet[DeclaredTeam]:
    """Return the declared teams that count no longer, the latest declared first."""
    over = DeclaredTeam.objects.filter(Q(until__lte=now) | ~Q(ended_at=None), fleet=fleet)
    return over.order_by("-declared_at", "-id")[:most]


def teams_ever(*, fleet: Fleet) -> list[DeclaredTeam]:
    """Return every team of the fleet, members at hand, the latest declared first."""
    teams = DeclaredTeam.objects.filter(fleet=fleet).prefetch_related("agents")
    return list(teams.order_by("-declared_at", "-id"))


def team_of(*, fleet: Fleet, team_id: UUID) -> DeclaredTeam:
    """Return a declared team of the fleet.

    Raises:
        MissingError: if the fleet has no such team.
    """
    team = DeclaredTeam.objects.filter(fleet=fleet, pk=team_id).first()
    if team is None:
        raise MissingError(
            f"Fleet {fleet.slug} has no such team.", field="team", value=str(team_id)
        )
    return team
