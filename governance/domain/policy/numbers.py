"""How values are written in the sentences about a policy."""

from __future__ import annotations

import re

_LONGEST = 60
# Text that would read as another kind of value.
_TAKEN = re.compile(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?|true|false|nothing|nan|", re.IGNORECASE)


def number_words(value: float) -> str:
    """Return a number without the noise of its type: ``10``, ``0.25``, ``1000000``."""
    return f"{value:.12g}"


def value_words(value: object) -> str:
    """Return what somebody sent as the refusal repeats it, cut where it is long.

    Text that reads as a number or as nothing is quoted.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    words = number_words(value) if isinstance(value, float) else str(value)
    shown = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
    is_taken = isinstance(value, str) and _TAKEN.fullmatch(words[:_LONGEST])
    return f"“{shown}”" if is_taken else shown
