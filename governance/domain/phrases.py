"""Numbers inside sentences for people: durations, shares, counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime


def duration_words(seconds: float) -> str:
    """Return a duration rounded up to what matters: ``40 s``, ``28 min``, ``3 h 16``."""
    whole = max(0, math.ceil(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = math.ceil(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{math.ceil(minutes / 1440)} days"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def share_words(share: float) -> str:
    """Return a share as a percentage with at most one decimal: ``9.2 %``, ``under 0.1 %``."""
    if 0 < share < 0.001:
        return "under 0.1 %"
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def count_words(count: int, noun: str) -> str:
    """Return a count with its noun, which takes a plain s in the plural: ``1 agent``."""
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def lost_words(heard_at: datetime, *, doing: str, share: float) -> str:
    """Return why a job was given up: nothing was heard of its worker, or none took it up.

    Args:
        heard_at: when something was heard last, in UTC.
        doing: what the worker was at; empty where none took it up.
        share: how much was done, in [0, 1].
    """
    since = f"{heard_at:%Y-%m-%d %H:%M:%S} UTC"
    if not doing:
        return f"No worker took it up since {since}."
    return f"Its worker was lost: nothing was heard of it since {since}, {doing}, {share:.0%} done."


def list_words(words: Sequence[str]) -> str:
    """Return one or more phrases as an enumeration: ``a``, ``a and b``, ``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
