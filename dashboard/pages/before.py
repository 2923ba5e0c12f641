"""The same figure of the period before, in the words of a strip."""

from __future__ import annotations

from dashboard.display.durations import NBSP, duration_text


def count_before(count: int, whole: int) -> str:
    """Return a count of the period before with what it is out of."""
    return f"the period before: {count:,} of {whole:,}"


def time_before(seconds: float | None, count: int) -> str:
    """Return a time of the period before with how many it was measured on."""
    if seconds is None:
        return "the period before: nothing answered"
    return f"the period before: {duration_text(seconds)}, n{NBSP}{count:,}"
