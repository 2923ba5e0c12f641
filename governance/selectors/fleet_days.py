"""What a fleet went through lately, for those who watch over all of it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F, Q, Sum

from governance.domain.money import ZERO
from governance.domain.types import Hold, Tier
from governance.models import (
    Agent,
    BreakerTransition,
    Cascade,
    CollusionRing,
    DriftAlarm,
    FleetIncident,
    PolicyVersion,
    TrustDay,
)
from governance.selectors.load import fleet_month_spent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime
    from decimal import Decimal
    from uuid import UUID

    from governance.models import Fleet

DAY = timedelta(days=1)


class AlarmKind(StrEnum):
    """What a detector found; each has a page of its own."""

    COLLUSION = "collusion"
    CASCADE = "cascade"
    INCIDENT = "incident"
    LATCHED = "latched"
    DRIFT = "drift"


class Alarm(NamedTuple):
    """Something a detector found; ``subject_id`` is the ring, cascade, incident or agent.

    ``agent`` is its external id, empty where several are concerned.
    """

    kind: AlarmKind
    at: datetime
    subject_id: UUID
    agent: str
    sentence: str
    is_open: bool


class TwoDays(NamedTuple):
    """A count of the last 24 h beside that of the 24 h before."""

    last: int
    before: int


class TierMove(NamedTuple):
    """An agent whose earned tier is another than it was."""

    agent_id: UUID
    name: str
    before: Tier
    after: Tier


class Spending(NamedTuple):
    """Dollars of this calendar month, UTC; ``unlimited`` agents have no budget."""

    spent: Decimal
    budget: Decimal
    unlimited: int


def moves_counted(*, fleet: Fleet, now: datetime) -> Mapping[str, TwoDays]:
    """Return how often breakers of the fleet made each move, in earnest; one query."""
    today = Q(created_at__gt=now - DAY)
    moves = BreakerTransition.objects.filter(
        agent__fleet=fleet, enforced=True, created_at__gt=now - 2 * DAY, created_at__lte=now
    )
    counted = (
        moves.order_by()
        .values_list("move")
        .annotate(last=Count("pk", filter=today), before=Count("pk", filter=~today))
    )
    return {move: TwoDays(last, before) for move, last, before in counted}


def tiers_moved(*, fleet: Fleet, day: date) -> list[TierMove]:
    """Return agents that have earned another tier since it was kept on ``day``, by name."""
    kept = TrustDay.objects.filter(agent__fleet=fleet, day=day)
    moved = kept.exclude(tier=F("agent__standing__tier")).order_by("agent__name", "agent_id")
    rows = moved.values_list("agent_id", "agent__name", "tier", "agent__standing__tier")
    return [
        TierMove(agent_id, name, Tier(before), Tier(after))
        for agent_id, name, before, after in rows
    ]


def policies_since(*, fleet: Fleet, since: datetime) -> list[PolicyVersion]:
    """Return the versions of the fleet's policy published after ``since``, the newest first."""
    return list(PolicyVersion.objects.filter(fleet=fleet, created_at__gt=since).order_by("-number"))


def agents_registered(*, fleet: Fleet, since: datetime) -> int:
    """Return how many agents were registered after ``since``."""
    return Agent.objects.filter(fleet=fleet, created_at__gt=since).count()


def month_spending(*, fleet: Fleet, now: datetime) -> Spending:
    """Return what the fleet's agents have spent this month, as the gate counts it."""
    agents = Agent.objects.filter(fleet=fleet)
    budgets = agents.aggregate(
        budget=Sum("budget_usd"), unlimited=Count("pk", filter=Q(budget_usd=None))
    )
    return Spending(
        spent=fleet_month_spent(fleet=fleet, now=now),
        budget=budgets["budget"] or ZERO,
        unlimited=budgets["unlimited"],
    )


def alarms_since(*, fleet: Fleet, since: datetime, most: int) -> list[Alarm]:
    """Return what detectors found in earnest after ``since``, newest first; five queries.

    What a fleet incident stands for is left out, as people are asked about that once.
    """
    found = (
        *_rings(fleet, since, most),
        *_cascades(fleet, since, most),
        *_incidents(fleet, since, most),
        *_latches(fleet, since, most),
        *_drifts(fleet, since, most),
    )
    return sorted(found, key=lambda alarm: alarm.at, reverse=True)[:most]


def _rings(fleet: Fleet, since: datetime, most: int) -> Iterator[Alarm]:
    rings = CollusionRing.objects.filter(
        fleet=fleet, opened_at__gt=since, enforced=True, merged_into=None
    )
    for ring in rings.order_by("-opened_at")[:most]:
        is_open = ring.settled_at is None
        yield Alarm(AlarmKind.COLLUSION, ring.opened_at, ring.pk, "", ring.sentence, is_open)


def _cascades(fleet: Fleet, since: datetime, most: int) -> Iterator[Alarm]:
    cascades = Cascade.objects.filter(fleet=fleet, opened_at__gt=since, enforced=True)
    for cascade in cascades.select_related("agent").order_by("-opened_at")[:most]:
        yield Alarm(
            AlarmKind.CASCADE,
            cascade.opened_at,
            cascade.pk,
            cascade.agent.external_id,
            cascade.sentence,
            cascade.resolved_at is None,
        )


def _incidents(fleet: Fleet, since: datetime, most: int) -> Iterator[Alarm]:
    incidents = FleetIncident.objects.filter(fleet=fleet, raised_at__gt=since)
    for each in incidents.order_by("-raised_at")[:most]:
        is_open = each.ended_at is None
        yield Alarm(AlarmKind.INCIDENT, each.raised_at, each.pk, "", each.sentence, is_open)


def _latches(fleet: Fleet, since: datetime, most: int) -> Iterator[Alarm]:
    """Yield the moves after which only people release an agent."""
    moves = BreakerTransition.objects.filter(
        agent__fleet=fleet, created_at__gt=since, enforced=True, after__hold=Hold.LATCHED.value
    ).exclude(before__hold=Hold.LATCHED.value)
    for move in moves.select_related("agent__standing").order_by("-created_at", "-fact")[:most]:
        agent = move.agent
        is_open = agent.standing.hold == Hold.LATCHED.value
        yield Alarm(
            AlarmKind.LATCHED, move.created_at, agent.pk, agent.external_id, move.reason, is_open
        )


def _drifts(fleet: Fleet, since: datetime, most: int) -> Iterator[Alarm]:
    alarms = DriftAlarm.objects.filter(agent__fleet=fleet, raised_at__gt=since, held=False)
    for each in alarms.select_related("agent").order_by("-raised_at")[:most]:
        yield Alarm(
            AlarmKind.DRIFT,
            each.raised_at,
            each.agent_id,
            each.agent.external_id,
            each.sentence,
            each.acknowledged_at is None,
        )
