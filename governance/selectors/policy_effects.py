"""What a fleet saw before and after each version of its policy, in whole hours of equal number."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from governance.domain.rollup import BucketSize
from governance.models import CellHour, PolicyVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from governance.models import Fleet

HOUR = timedelta(hours=1)
COMPARED_MOST = timedelta(days=7)
_COUNTED = (
    "asked",
    "escalated",
    "denied",
    "approved",
    "refused",
    "expired",
    "outcomes",
    "failures",
    "cost_usd",
)


class Counts(NamedTuple):
    """What `CellHour` counts, over some hours and all cells."""

    asked: int
    escalated: int
    denied: int
    approved: int
    refused: int
    expired: int
    outcomes: int
    failures: int
    cost_usd: Decimal


class Effect(NamedTuple):
    """``length`` before a version came into force and as long after it; neither holds its hour.

    Where the version before it stood for no whole hour, the span before is empty.
    """

    before_from: datetime
    before_until: datetime
    after_from: datetime
    after_until: datetime
    before: Counts | None
    after: Counts | None

    @property
    def length(self) -> timedelta:
        """Return how long each of the two spans is, in whole hours."""
        return self.after_until - self.after_from

    @property
    def is_compared(self) -> bool:
        """Return whether something before stands beside what was seen after."""
        return self.before_from < self.before_until


def versions_of(*, fleet: Fleet, below: int | None, most: int) -> list[PolicyVersion]:
    """Return the fleet's versions, newest first: at most ``most``, and one more to compare with.

    ``below`` is a number that all of them stay under, None for the newest.
    """
    rows = PolicyVersion.objects.filter(fleet=fleet).select_related("general")
    if below is not None:
        rows = rows.filter(number__lt=below)
    return list(rows.order_by("-number")[: most + 1])


def policy_effects(
    *, fleet: Fleet, versions: Sequence[PolicyVersion], until: datetime, now: datetime
) -> dict[int, Effect]:
    """Return what was seen around each version, by its number; one query.

    The oldest of ``versions`` has none before it and is left out, as is what has not been in
    force for one whole hour.

    Args:
        fleet: theirs.
        versions: without gaps, newest first.
        until: when the newest of them was replaced, ``now`` if it is in force.
        now: what is not over yet is not compared.
    """
    ends = [until, *(version.created_at for version in versions)]
    spans = {
        version.number: _spans(earlier.created_at, version.created_at, min(end, now))
        for end, version, earlier in zip(ends, versions, versions[1:], strict=False)
    }
    found = {number: span for number, span in spans.items() if span is not None}
    if not found:
        return {}
    hours = _hours(
        fleet,
        since=min(span.before_from for span in found.values()),
        until=max(span.after_until for span in found.values()),
    )
    return {
        number: span._replace(
            before=_summed(row for at, row in hours if span.before_from <= at < span.before_until),
            after=_summed(row for at, row in hours if span.after_from <= at < span.after_until),
        )
        for number, span in found.items()
    }


def _spans(earlier: datetime, at: datetime, until: datetime) -> Effect | None:
    stood, stands = whole_hours(earlier, at), whole_hours(at, until)
    length = min(stood or stands, stands, COMPARED_MOST)
    if not length:
        return None
    before_until, after_from = BucketSize.HOUR.start(at), _hour_after(at)
    before_from = before_until - length if stood else before_until
    return Effect(before_from, before_until, after_from, after_from + length, None, None)


def whole_hours(since: datetime, until: datetime) -> timedelta:
    """Return how long the whole hours of the clock between two moments are together."""
    return max(BucketSize.HOUR.start(until) - _hour_after(since), timedelta())


def _hour_after(at: datetime) -> datetime:
    start = BucketSize.HOUR.start(at)
    return start if start == at else start + HOUR


def _hours(fleet: Fleet, *, since: datetime, until: datetime) -> list[tuple[datetime, Counts]]:
    rows = CellHour.objects.filter(fleet=fleet, starts_at__gte=since, starts_at__lt=until)
    sums = rows.order_by().values_list("starts_at").annotate(*(Sum(name) for name in _COUNTED))
    return [(at, Counts(*counted)) for at, *counted in sums]


def _summed(rows: Iterable[Counts]) -> Counts | None:
    columns = list(zip(*rows, strict=True))
    return Counts(*(sum(column) for column in columns)) if columns else None
