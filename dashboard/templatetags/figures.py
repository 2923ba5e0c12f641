"""Filters that write figures, durations and times as people read them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import template

from dashboard.display import durations, figures, zones

register = template.Library()

_ORDINALS = ("first", "second", "third", "fourth")


@register.filter
def duration(seconds: float) -> str:
    """Write a running duration: `4:12`, `42 min`, `3 h 16`."""
    return durations.duration_text(seconds)


@register.filter
def span(seconds: float) -> str:
    """Write a fixed length of time: `40 s`, `15 min`."""
    return durations.span_text(seconds)


@register.simple_tag
def zone() -> str:
    """Write the zone in which the page shows its times: `UTC`, `Europe/Berlin`."""
    return zones.shown_now().name


@register.filter
def clock_time(at: datetime) -> str:
    """Write the time of day: `12:03:04`."""
    return durations.clock_time(at)


@register.filter
def day_time(at: datetime) -> str:
    """Write day and time: `21 Nov 16:20`."""
    return durations.day_time(at)


@register.filter
def moment_time(at: datetime, now: datetime) -> str:
    """Write a time, with its day unless that is today: `12:03:04`, `2 Dec 09:34`."""
    return durations.moment_time(at, now=now)


@register.filter
def log_time(at: datetime) -> str:
    """Write day and time to the second: `21 Nov 16:20:05`."""
    return durations.log_time(at)


@register.filter
def wire_time(at: datetime) -> str:
    """Write a time for `datetime` attributes and scripts."""
    return durations.wire_time(at)


@register.filter
def money(amount_usd: Decimal) -> str:
    """Write an amount in dollars: `$18,420.50`."""
    return figures.money(amount_usd)


@register.filter
def score(value: float) -> str:
    """Write a trust score: `0.93`."""
    return figures.score(value)


@register.filter
def short_hash(digest: str) -> str:
    """Write the ends of a hash: `7be144d0 … 90ac1f2e`."""
    return figures.short_hash(digest)


@register.filter
def counted(count: int, noun: str) -> str:
    """Write a counted noun: `3 tickets`; the plural after a comma where it is irregular."""
    one, _, many = noun.partition(",")
    return figures.plural(count, one, many)


@register.filter
def ordinal(place: int) -> str:
    """Write a place in words: `second`; beyond the fourth in figures, `5th`."""
    return _ORDINALS[place - 1] if 1 <= place <= len(_ORDINALS) else f"{place}th"


@register.filter
def percent(share: float) -> str:
    """Write a share in [0, 1]: `42 %`."""
    return figures.share(share, 1.0)
