"""How a figure of a fleet is written: value, interval, and how much it rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard.cards.evidence import FigureLine
from dashboard.display.durations import NBSP, duration_text
from dashboard.display.figures import money, share

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from governance.domain.measures import Measure


def share_line(key: str, label: str, measure: Measure, n_of: str, note: str = "") -> FigureLine:
    """Return a share with its Wilson interval, in percent."""
    return _measured(key, label, measure, (n_of, "share", note), _percent)


def rate_line(key: str, label: str, measure: Measure, n_of: str, note: str = "") -> FigureLine:
    """Return a rate per 1,000 of ``n_of``."""
    return _measured(key, label, measure, (n_of, f"per 1,000 {n_of}", note), _plain)


def ratio_line(key: str, label: str, measure: Measure, n_of: str, note: str = "") -> FigureLine:
    """Return how many times as much was seen as expected."""
    return _measured(key, label, measure, (n_of, "times what was expected", note), _times)


def count_line(key: str, label: str, count: int, note: str = "") -> FigureLine:
    """Return a plain count, which is exact."""
    line = _exact(key, label, f"{count:,}", n=count)
    return replace(line, value=float(count), note=note)


def money_line(
    key: str, label: str, usd: Decimal, *, n: int, n_of: str, note: str = ""
) -> FigureLine:
    """Return an amount in dollars; no interval, since few agents hold most of the money."""
    line = _exact(key, label, money(usd) if n else "no data", n=n, n_of=n_of)
    return replace(line, value=float(usd) if n else None, unit="usd", note=note)


def time_line(
    key: str, label: str, seconds: float | None, *, n: int, least: int, n_of: str
) -> FigureLine:
    """Return how long something took, in seconds; nothing under the least."""
    if seconds is None or n < least:
        return replace(_exact(key, label, not_enough(n, least), n=n, n_of=n_of), unit="s")
    line = _exact(key, label, duration_text(seconds), n=n, n_of=n_of)
    return replace(line, value=seconds, unit="s")


def not_enough(n: int, least: int) -> str:
    """Return what stands where too little is known: `not enough data (6 of 10)`."""
    return f"not enough data ({n:,} of {least:,})"


def _measured(
    key: str,
    label: str,
    measure: Measure,
    said: tuple[str, str, str],
    words: Callable[[float], str],
) -> FigureLine:
    value, low, high = measure.value, measure.low, measure.high
    n_of, unit, note = said
    return FigureLine(
        key=key,
        label=label,
        text=not_enough(measure.n, measure.least) if value is None else words(value),
        interval="" if low is None or high is None else f"{words(low)} to {words(high)}",
        n=measure.n,
        n_of=n_of,
        value=value,
        low=low,
        high=high,
        unit=unit,
        note=note,
    )


def _exact(key: str, label: str, text: str, *, n: int, n_of: str = "") -> FigureLine:
    return FigureLine(
        key=key,
        label=label,
        text=text,
        interval="",
        n=n,
        n_of=n_of,
        value=None,
        low=None,
        high=None,
        unit="",
    )


def _percent(value: float) -> str:
    return share(value, 1.0)


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _times(value: float) -> str:
    return f"{value:.2f}{NBSP}×"
