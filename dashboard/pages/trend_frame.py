"""What every page of trends shares: marks and their boxes, and where the page is again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from dashboard.cards.fleet import FilterOption
from dashboard.cards.trends import Happened, TrendEvent
from dashboard.display.mark_kinds import MARK_LABELS, MarkKind
from governance.domain.rollup import BucketSize

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dashboard.forms.period import Period
    from dashboard.pages.trend_marks import FreezeSpan, Marks

LISTED_MOST = 30
_ONE = {
    MarkKind.TRIP: "Trip",
    MarkKind.DRIFT: "Drift",
    MarkKind.DECISION: "Decision",
    MarkKind.POLICY: "Policy",
    MarkKind.INCIDENT: "Incident",
}


def mark_boxes(kinds: Collection[MarkKind]) -> tuple[FilterOption, ...]:
    """Return a box for each kind of mark, ticked where it is drawn."""
    return tuple(
        FilterOption(value=kind.value, label=MARK_LABELS[kind], is_chosen=kind in kinds)
        for kind in MarkKind
    )


def happened(marks: Marks, freezes: Sequence[FreezeSpan] = ()) -> Happened:
    """Return marks and freezes as lists, the newest first: the chart for the keyboard."""
    newest = marks[::-1]
    return Happened(
        total=len(newest),
        note=marks.note,
        freezes=tuple(freeze.sentence for freeze in freezes[::-1][:LISTED_MOST]),
        events=tuple(
            TrendEvent(at=mark.at, kind=_ONE[mark.kind], sentence=mark.sentence, url=mark.url)
            for mark in newest[:LISTED_MOST]
        ),
    )


def period_pairs(period: Period) -> tuple[tuple[str, str], ...]:
    """Return the period as fields of a form."""
    return tuple(parse_qsl(period.query))


def address(url: str, *fields: tuple[str, str]) -> str:
    """Return an address with these fields, commas left as they are read."""
    return f"{url}?{urlencode(fields, safe=',')}" if fields else url


def summed_size(size: BucketSize) -> BucketSize:
    """Return of which buckets all agents are summed where charts are drawn from this size."""
    return BucketSize.HOUR if size is BucketSize.FIVE_MINUTES else BucketSize.DAY
