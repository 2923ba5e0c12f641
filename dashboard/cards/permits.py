"""What approving permits, and what it does not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Permits:
    """Both lists in a few words each; they may quote what an agent sent."""

    does: tuple[str, ...]
    does_not: tuple[str, ...]
