"""The period that a page of figures is about: its choices, and how sentences name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.cards.period import PeriodBar, ZoneSwitch
from dashboard.cards.queue import KindLink
from dashboard.display.durations import NBSP, day_time
from dashboard.display.zones import UTC_NAME, as_shown, shown_now
from governance.domain.rollup import BucketSize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from dashboard.forms.period import Period


class PeriodFields(TypedDict):
    """What `components/period.html` draws of a page."""

    bar: PeriodBar


def period_fields(
    period: Period,
    url: str,
    ranges: Mapping[str, timedelta],
    kept: Sequence[tuple[str, str]] = (),
) -> PeriodFields:
    """Return the choice of a period for the page at ``url``.

    Args:
        period: what the page is about.
        url: the page's address without a query.
        ranges: the ranges that end now, by their names in addresses.
        kept: what else of the page's address every link of the bar carries on.
    """
    more = f"&{urlencode(kept)}" if kept else ""
    zone = f"&tz={period.tz}" if period.tz else ""

    def link(to: Period | None) -> str:
        return f"{url}?{to.query}{more}" if to else ""

    return PeriodFields(
        bar=PeriodBar(
            url=url,
            ranges=tuple(
                KindLink(
                    label=range_words(span),
                    url=f"{url}?range={name}{zone}{more}",
                    is_chosen=name == period.name,
                )
                for name, span in ranges.items()
            ),
            earlier=link(period.earlier),
            later=link(period.later),
            wider=link(period.wider),
            since_text="" if period.name else _field(period.since),
            until_text=_field(period.asked_until) if period.asked_until else "",
            zone=zone_switch(f"{url}?{_without_zone(period)}{more}"),
            is_live=period.is_live,
            kept=(*kept, *([("tz", period.tz)] if period.tz else [])),
            troubles=tuple(each.sentence for each in period.misread),
        )
    )


def period_words(period: Period) -> str:
    """Return the period as a sentence names it: `the last 7 days`, `1 Mar 00:00 to … UTC`."""
    if period.name:
        return f"the last {range_words(period.until - period.since)}"
    return f"{day_time(period.since)} to {day_time(period.until)} {shown_now().name}"


def within_words(period: Period) -> str:
    """Return the period within a sentence: `in the last 7 days`, `1 Mar 00:00 to … UTC`."""
    words = period_words(period)
    return f"in {words}" if period.name else words


def opening_words(period: Period) -> str:
    """Return the period at the beginning of a sentence: `In the last 7 days`, `From 1 Mar …`."""
    return f"{'In' if period.name else 'From'} {period_words(period)}"


def whole_buckets(period: Period, size: BucketSize) -> tuple[datetime, datetime]:
    """Return from when to when is counted what is summed in whole buckets, in UTC.

    Of a period that has ended its last bucket counts to its end, of one that goes on up to now.
    """
    until, last = period.until, size.start(period.until)
    is_whole = period.is_live or last == until
    return size.start(period.since), until if is_whole else last + size.length


def whole_words(period: Period, size: BucketSize) -> str:
    """Return the same as a sentence names it: `whole hours from 2 Mar 09:00 on`."""
    since, until = whole_buckets(period, size)
    if size is BucketSize.DAY:
        # The end of days is the last of them.
        ends = [f"{at.day}{NBSP}{at:%b}" for at in (since, until - size.length)]
        name = "whole days, UTC,"
    else:
        ends = [day_time(at) for at in (since, until)]
        name = "whole hours" if size is BucketSize.HOUR else f"whole 5{NBSP}min"
    return f"{name} from {ends[0]} {'on' if period.is_live else f'to {ends[1]}'}"


def range_words(span: timedelta) -> str:
    """Return a quick range as people say it."""
    return f"{span.days}{NBSP}days" if span.days > 1 else f"24{NBSP}h"


def zone_query() -> str:
    """Return what the address of a page without a period says of its zone; mostly nothing."""
    return f"?tz={shown_now().asked}" if shown_now().asked in {"utc", "local"} else ""


def zone_switch(address: str) -> ZoneSwitch:
    """Return the choice between UTC and the person's own zone for the page at ``address``."""
    shown = shown_now()
    names = {"utc": UTC_NAME} | ({"local": shown.own} if shown.own != UTC_NAME else {})
    joint = "&" if "?" in address else "?"
    return ZoneSwitch(
        name=shown.name,
        choices=tuple(
            KindLink(label=name, url=f"{address}{joint}tz={tz}", is_chosen=name == shown.name)
            for tz, name in names.items()
        ),
        set_url=f"{reverse('account')}#hours",
    )


def _without_zone(period: Period) -> str:
    return period.query.removesuffix(f"&tz={period.tz}") if period.tz else period.query


def _field(at: datetime) -> str:
    return f"{as_shown(at):%Y-%m-%dT%H:%M}"
