"""Who works with whom: the interactions of a fleet summed for each pair of agents."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Avg, Count, DecimalField, F, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from governance.models import Interaction
from governance.selectors.scanned import QUALITY

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.models import CollusionScan, Fleet

_NOTHING = Value(0, output_field=DecimalField(max_digits=20, decimal_places=6))


class PairSum(NamedTuple):
    """What two agents did together, whoever began it; ``first`` is the lesser id.

    ``value_usd`` is what moved either way. ``rating`` and ``quality`` are the means of ``rated``
    ratings and ``checked`` outside checks, None where there are none.
    """

    first: UUID
    second: UUID
    interactions: int
    value_usd: Decimal
    rated: int
    rating: float | None
    checked: int
    quality: float | None


class Pairs(NamedTuple):
    """The pairs with the most interactions, and how many pairs there are in all."""

    sums: tuple[PairSum, ...]
    of: int


def pairs_strongest(
    *,
    fleet: Fleet,
    since: datetime,
    until: datetime | None = None,
    among: Collection[UUID] | None = None,
    touching: Collection[UUID] | None = None,
    least: int = 1,
    most: int,
) -> Pairs:
    """Return the pairs of a fleet that worked together within a time, the most often first.

    Args:
        fleet: whose.
        since: the first moment.
        until: the moment after the last; None for now.
        among: if given, both of a pair are listed here.
        touching: if given, one of a pair is listed here.
        least: pairs with fewer interactions are left out, >= 1.
        most: how many are returned.
    """
    narrowed = Q(fleet=fleet, occurred_at__gte=since)
    if until is not None:
        narrowed &= Q(occurred_at__lt=until)
    if among is not None:
        narrowed &= Q(initiator__in=among, counterparty__in=among)
    if touching is not None:
        narrowed &= Q(initiator__in=touching) | Q(counterparty__in=touching)
    found = _summed(Interaction.objects.filter(narrowed), least)
    sums = tuple(PairSum(*row) for row in found[:most])
    return Pairs(sums, len(sums) if len(sums) < most else found.count())


def pairs_scanned(
    *, scan: CollusionScan, touching: Collection[UUID] | None, least: int, most: int
) -> Pairs:
    """Return the strongest pairs of the window of a scan that has ended.

    They are kept in memory: an open page asks again every 15 s, and the window does not move.
    """
    return _kept(scan, None if touching is None else frozenset(touching), least, most)


@lru_cache(maxsize=32)
def _kept(scan: CollusionScan, touching: frozenset[UUID] | None, least: int, most: int) -> Pairs:
    # Two copies of a scan are equal: they are told apart by their keys.
    return pairs_strongest(
        fleet=scan.fleet,
        since=scan.since,
        until=scan.until,
        touching=touching,
        least=least,
        most=most,
    )


def _summed(rows: QuerySet[Interaction], least: int) -> QuerySet[Interaction, tuple[Any, ...]]:
    ends = F("initiator_id"), F("counterparty_id")
    pairs = rows.annotate(first=Least(*ends), second=Greatest(*ends), checks=QUALITY)
    return (
        pairs.order_by()
        .values_list("first", "second")
        .annotate(
            interactions=Count("id"),
            value=Coalesce(Sum("value_usd"), _NOTHING),
            rated=Count("rating"),
            mean=Avg("rating"),
            checked=Count("checks"),
            quality=Avg("checks"),
        )
        .filter(interactions__gte=least)
        .order_by("-interactions", "first", "second")
    )
