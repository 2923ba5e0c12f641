"""How values are written in the sentences about a policy."""

from __future__ import annotations

_LONGEST = 60


def number_words(value: float) -> str:
    """Return a number without the noise of its type: ``10``, ``0.25``, ``1000000``."""
    return f"{value:.12g}"


def value_words(value: object) -> str:
    """Return what somebody sent as the refusal repeats it, cut where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    words = number_words(value) if isinstance(value, float) else str(value)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
