"""What penalties and taxes of a fleet came to, beside those who bore none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Func, Sum, Value
from django.db.models.fields import CharField

from governance.domain.collusion.states import RingState
from governance.domain.ledger import EntryKind, SourceKind
from governance.domain.money import ZERO
from governance.domain.types import Preset
from governance.models import CollusionRing, Interaction, LedgerEntry
from governance.selectors.wealth import wealth_by_suspicion, wealth_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from governance.models import Fleet

RINGS_MOST = 50
AFTER = timedelta(days=14)
# The newest interactions of a period, whose taxes are told apart by preset.
INTERACTIONS_MOST = 20_000
_DAY = timedelta(days=1)


class Beside(NamedTuple):
    """Mean balances in dollars before a ring was confirmed and `AFTER` it, or up to now.

    ``members`` of confirmed rings beside the ``others`` of the fleet on the same days.
    """

    rings: int
    members: int
    members_before: Decimal
    members_after: Decimal
    others: int
    others_before: Decimal
    others_after: Decimal


class Taxed(NamedTuple):
    """Tax on ``interactions`` under one preset, in dollars."""

    preset: Preset
    interactions: int
    usd: Decimal


def wealth_beside(*, fleet: Fleet, since: datetime, until: datetime) -> Beside:
    """Return what confirmed members own before and after, beside the rest of the fleet.

    Of the newest `RINGS_MOST` rings confirmed in (since, until]; a member of two counts with each.
    A fixed number of queries.
    """
    rings = CollusionRing.objects.filter(
        fleet=fleet,
        state=RingState.CONFIRMED.value,
        enforced=True,
        settled_at__gt=since,
        settled_at__lte=until,
    ).order_by("-settled_at")[:RINGS_MOST]
    days = [
        (_day(ring.settled_at), _penalised(ring)) for ring in rings if ring.settled_at is not None
    ]
    if not days:
        return Beside(0, 0, ZERO, ZERO, 0, ZERO, ZERO)
    first, last = min(day for day, _ in days) - _DAY, _day(until)
    members = {agent for _, agents in days for agent in agents}
    own = wealth_each(agents=members, since=first, until=last)
    others = wealth_by_suspicion(fleet=fleet, watched=[], since=first, until=last).others
    pairs = [
        (at.days, min(at + AFTER + _DAY, last - first).days, agents)
        for at, agents in ((day - _DAY - first, agents) for day, agents in days)
    ]
    alone = [
        (own[agent][before], own[agent][after])
        for before, after, agents in pairs
        for agent in agents
        if agent in own
    ]
    rest = [
        (others.daily[before], others.daily[after]) for before, after, _ in pairs if others.agents
    ]
    return Beside(len(days), len(alone), *_means(alone), others.agents, *_means(rest))


def tax_by_preset(*, fleet: Fleet, since: datetime, until: datetime) -> list[Taxed]:
    """Return the tax on the newest `INTERACTIONS_MOST` interactions that occurred in
    (since, until], by the preset that set its rate, mildest first; one query.
    """
    newest = Interaction.objects.filter(
        fleet=fleet, occurred_at__gt=since, occurred_at__lte=until
    ).order_by("-occurred_at")[:INTERACTIONS_MOST]
    lines = LedgerEntry.objects.filter(
        source_id__in=newest.values("pk"),
        source_kind=SourceKind.INTERACTION.value,
        kind=EntryKind.TAX.value,
        agent__isnull=False,
        mirrors__isnull=True,
    )
    # The line's sentence is the only place that names the preset of then.
    preset = Func(
        F("sentence"),
        Value(r": preset ([a-z]+)"),
        function="SUBSTRING",
        template="%(function)s(%(expressions)s)",
        arg_joiner=" FROM ",
        output_field=CharField(),
    )
    rows = (
        lines.order_by()
        .annotate(preset=preset)
        .values_list("preset")
        .annotate(n=Count("pk"), usd=Sum("amount"))
    )
    found = {name: (n, -usd) for name, n, usd in rows}
    return [Taxed(preset, *found.get(preset.value, (0, ZERO))) for preset in Preset]


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _penalised(ring: CollusionRing) -> Sequence[UUID]:
    return sorted({UUID(agent) for record in ring.penalties for agent in record["agents"]})


def _means(pairs: Iterable[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal]:
    found = list(pairs)
    if not found:
        return ZERO, ZERO
    return (
        sum((before for before, _ in found), ZERO) / len(found),
        sum((after for _, after in found), ZERO) / len(found),
    )
