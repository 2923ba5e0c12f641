"""Wealth of agents day by day: of one, or the mean of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from governance.domain.wealth import balances_daily
from governance.models import AccountDay, Agent
from governance.selectors.collusion import rings_standing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import CollusionRing, Fleet


class Wealth(NamedTuple):
    """Mean balance of ``agents`` agents in dollars at the end of each day; none of no agents."""

    agents: int
    daily: list[Decimal]


class WealthBySuspicion(NamedTuple):
    """Wealth of members of standing rings, of agents only watched, and of all others."""

    accused: Wealth
    watched: Wealth
    others: Wealth


def wealth_each(*, agents: Collection[UUID], since: date, until: date) -> dict[UUID, list[Decimal]]:
    """Return the balances at the end of each day of those agents for which anything is booked.

    Args:
        agents: their ids.
        since: the first day, UTC.
        until: the last day, UTC, not before ``since``.
    """
    changes: dict[UUID, list[tuple[date, Decimal]]] = {}
    days = AccountDay.objects.filter(agent__in=agents, day__lte=until).order_by("day")
    for agent, day, change in days.values_list("agent_id", "day", "change"):
        changes.setdefault(agent, []).append((day, change))
    return {agent: balances_daily(own, since=since, until=until) for agent, own in changes.items()}


def wealth_outside(*, ring: CollusionRing, since: date, until: date) -> Wealth:
    """Return the mean balance of those agents outside the ring that have an account.

    Args:
        ring: whose fleet.
        since: the first day, UTC.
        until: the last day, UTC, not before ``since``.
    """
    fleet = Agent.objects.filter(fleet_id=ring.fleet_id)
    return _mean(fleet.exclude(pk__in=ring.agents.values("pk")), since, until)


def wealth_by_suspicion(
    *, fleet: Fleet, watched: Collection[UUID], since: date, until: date
) -> WealthBySuspicion:
    """Return the same of accused, watched and other agents; ``watched`` may name accused ones."""
    everybody = Agent.objects.filter(fleet=fleet)
    accused = everybody.filter(rings__in=rings_standing(fleet=fleet)).values("pk")
    groups = (
        everybody.filter(pk__in=accused),
        everybody.filter(pk__in=watched).exclude(pk__in=accused),
        everybody.exclude(pk__in=watched).exclude(pk__in=accused),
    )
    return WealthBySuspicion(*(_mean(agents, since, until) for agents in groups))


def _mean(agents: QuerySet[Agent], since: date, until: date) -> Wealth:
    owning = agents.filter(account__isnull=False)
    count = owning.count()
    if not count:
        return Wealth(0, [])
    days = AccountDay.objects.filter(agent__in=owning.values("pk"), day__lte=until)
    changes = days.values_list("day").annotate(Sum("change")).order_by("day")
    daily = balances_daily(changes, since=since, until=until)
    return Wealth(count, [balance / count for balance in daily])
