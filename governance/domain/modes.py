"""Modes of a breaker: whether what detectors derive acts, is only recorded, or is passed over."""

from __future__ import annotations

from dataclasses import replace

from governance.domain.breaker_moves import Moved, moved
from governance.domain.breaker_state import Breaker
from governance.domain.phrases import duration_words
from governance.domain.transitions import BreakerMove, BreakerReason
from governance.domain.types import BreakerMode, Hold


def breaker_mode_change(
    breaker: Breaker, mode: BreakerMode, sentence: str, *, now_s: float
) -> Moved:
    """Put a breaker in another mode (B12); nothing else of it changes.

    A latch that was only recorded begins to act, and asks for its release, once the mode enforces.
    """
    after = breaker._replace(mode=mode)
    begins = after.acts and not breaker.acts
    change = moved(
        BreakerMove.MODE_CHANGED,
        BreakerReason.MANUAL,
        sentence,
        breaker,
        after,
        now_s=now_s,
        needs_release=begins and after.hold is Hold.LATCHED,
    )
    # The change itself always acts, also where there is nothing yet for the mode to act on.
    return Moved(after, replace(change.record, enforced=True, mode=mode))


def mode_sentence(mode: BreakerMode, *, actor: str, reason: str) -> str:
    """Return the record of a person's change to ENFORCE or SHADOW."""
    what = {
        BreakerMode.ENFORCE: "The breaker acts again",
        BreakerMode.SHADOW: "The breaker only records what it would do",
    }
    return f"{what[mode]}, by {actor}: {reason.strip()}"


def bypass_sentence(*, asked_by: str, agreed_by: str, length_min: int, reason: str) -> str:
    """Return the record of a bypass: both admins, its length in minutes, and why."""
    length = duration_words(length_min * 60)
    return f"The breaker is passed over for {length}, by {asked_by} and {agreed_by}: {reason}"


BYPASS_OVER = "The time for which the breaker was passed over has ended: it acts again."
