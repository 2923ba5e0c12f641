"""Whoever comes second is told who was first, by name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dashboard.display.durations import day_time
from dashboard.pages.names import actor_words, names_of, said_by

if TYPE_CHECKING:
    from governance.refusals import RefusalError


def named_refusal(error: RefusalError) -> None:
    """Put into a refusal's sentence who did what, when and why, from its ``current``.

    Records keep user names, pages show full ones.
    """
    current = error.extra.pop("current", None)
    if not current:
        return
    by = current["by"]
    names = names_of([by])
    when = f" at {day_time(datetime.fromisoformat(current['at']))} UTC" if current["at"] else ""
    why = f": {said_by(current['reason'], by, names)}" if current["reason"] else "."
    error.sentence = f"{error.sentence} {actor_words(by, names)} {current['what']}{when}{why}"
