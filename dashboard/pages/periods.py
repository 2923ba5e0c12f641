"""The period that a page of figures is about: its choices, and how sentences name it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict
from urllib.parse import urlencode

from dashboard.cards.queue import KindLink
from dashboard.display.durations import NBSP, day_time, wire_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from dashboard.forms.period import Period


class PeriodFields(TypedDict):
    """What `components/period.html` draws of a page."""

    ranges: tuple[KindLink, ...]
    since_text: str
    until_text: str
    troubles: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]


def period_fields(
    period: Period,
    url: str,
    ranges: Mapping[str, timedelta],
    kept: Sequence[tuple[str, str]] = (),
) -> PeriodFields:
    """Return the choice of a period for the page at ``url``; what else is ``kept`` goes along."""
    return PeriodFields(
        ranges=tuple(
            KindLink(
                label=range_words(span),
                url=f"{url}?{urlencode([('range', name), *kept])}",
                is_chosen=name == period.name,
            )
            for name, span in ranges.items()
        ),
        since_text="" if period.name else _field(period.since),
        until_text=_field(period.asked_until) if period.asked_until else "",
        troubles=tuple(each.sentence for each in period.misread),
        kept=tuple(kept),
    )


def period_words(period: Period) -> str:
    """Return the period as a sentence names it: `the last 7 days`, `1 Mar 00:00 to … UTC`."""
    if period.name:
        return f"the last {range_words(period.until - period.since)}"
    return f"{day_time(period.since)} to {day_time(period.until)} UTC"


def range_words(span: timedelta) -> str:
    """Return a quick range as people say it."""
    return f"{span.days}{NBSP}days" if span.days > 1 else f"24{NBSP}h"


def _field(at: datetime) -> str:
    return wire_time(at)[:16]
