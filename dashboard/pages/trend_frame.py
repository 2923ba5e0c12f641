"""What every page of trends shares: its marks, and where the page is again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from dashboard.display.mark_kinds import MarkKind
from dashboard.pages.marks_card import marks_card
from dashboard.pages.periods import period_fields
from governance.domain.rollup import BucketSize

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import timedelta

    from dashboard.cards.period import PeriodBar
    from dashboard.cards.trend_marks import MarksCard
    from dashboard.forms.period import Period
    from dashboard.forms.trends import TrendForm
    from dashboard.pages.trend_marks import Marks
    from governance.models import Agent, Fleet


def marks_of(
    marks: Marks,
    kinds: Collection[MarkKind],
    period: Period,
    form: TrendForm,
    url: str,
    *,
    fleet: Fleet,
    agent: Agent | None = None,
) -> MarksCard:
    """Return the marks of a page of trends, as a list with the choice of their kinds."""
    others = [each for each in form.fields if each[0] != "marks"]

    def asked(kinds: str) -> str:
        # What an address leaves out is not everywhere all of them.
        chosen = ("marks", kinds or ",".join(MarkKind))
        return address(url, *period_pairs(period), *others, chosen)

    return marks_card(
        marks,
        kinds,
        fleet=fleet,
        agent=agent,
        since=period.since,
        until=period.until,
        address=asked,
    )


def trends_bar(
    period: Period, url: str, ranges: Mapping[str, timedelta], form: TrendForm, problem: str = ""
) -> PeriodBar:
    """Return the choice of a period, with what of the address was not understood.

    ``problem`` is what is wrong with it besides, as a sentence.
    """
    bar = period_fields(period, url, ranges, form.fields)["bar"]
    troubles = [*(each.sentence for each in form.misread), *([problem] if problem else [])]
    return replace(bar, troubles=(*bar.troubles, *troubles))


def period_pairs(period: Period) -> tuple[tuple[str, str], ...]:
    """Return the period as fields of a form."""
    return tuple(parse_qsl(period.query))


def address(url: str, *fields: tuple[str, str]) -> str:
    """Return an address with these fields, commas left as they are read."""
    return f"{url}?{urlencode(fields, safe=',')}" if fields else url


def summed_size(size: BucketSize) -> BucketSize:
    """Return of which buckets all agents are summed where charts are drawn from this size."""
    return BucketSize.HOUR if size is BucketSize.FIVE_MINUTES else BucketSize.DAY
