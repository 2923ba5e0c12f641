"""Which evidence the fields of the interactions allow, and what is lost without the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from governance.domain.collusion.interactions import Interactions
from governance.domain.phrases import share_words

_HOUR_S, _DAY_S = 3_600.0, 86_400.0
# A pair needs about five verified interactions before it can be convicted.
_SPARSE = 0.1
_LOST = {
    "rating": "No ratings: favours between agents and promotion in step cannot be seen.",
    "verified_quality": (
        "No verified quality: ratings above what checks show, and poor work waved through, cannot"
        " be seen."
    ),
    "accepted": "No acceptance: poor work waved through cannot be seen.",
    "value_usd": "No values: money passed round cannot be seen.",
    "payoff": "No payoffs: joint benefit at normal quality cannot be seen.",
}


def fields_used(work: Interactions) -> tuple[str, ...]:
    """Return the optional fields that at least one interaction has."""
    given = {
        "value_usd": bool((work.value_usd > 0.0).any()),
        "rating": bool(work.is_rated.any()),
        "verified_quality": bool(work.is_verified.any()),
        "accepted": bool((~np.isnan(work.accepted)).any()),
        "payoff": bool((~np.isnan(work.payoff)).any()),
    }
    return tuple(name for name, is_given in given.items() if is_given)


def fields_weak(work: Interactions) -> list[str]:
    """Return a sentence for each kind of evidence that is unavailable or weak, and why.

    Of no interactions nothing is missing.
    """
    if not len(work):
        return []
    used = fields_used(work)
    lost = [sentence for name, sentence in _LOST.items() if name not in used]
    return [*lost, *_sparse(work), *_coarse(work)]


def rows_unread(read: int, of: int, since: datetime) -> str:
    """Return a sentence on what one scan could not read.

    Args:
        read: interactions that were read, the newest.
        of: how many the window holds.
        since: when the first of them occurred, UTC.
    """
    return (
        f"Only the newest {read:,} of {of:,} interactions were read, those since"
        f" {since:%Y-%m-%d %H:%M} UTC."
    )


def _sparse(work: Interactions) -> Iterator[str]:
    share = float(np.mean(work.is_verified))
    if 0.0 < share < _SPARSE:
        yield (
            f"Only {share_words(share)} of the interactions are verified: a pair needs about 5"
            " before it can be convicted."
        )


def _coarse(work: Interactions) -> Iterator[str]:
    if work.resolution_s >= _DAY_S:
        yield "Times are exact to the day only: lockstep and money passed round are hard to see."
    elif work.resolution_s >= _HOUR_S:
        yield "Times are exact to the hour only: money passed round is hard to see."
