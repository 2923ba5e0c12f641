"""The detectors of a fleet as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.display.durations import NBSP
from dashboard.display.sheets import Sheet
from dashboard.pages.detectors import detector_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from dashboard.cards.detectors import DetectorLine
    from dashboard.forms.period import Period
    from governance.models import Fleet

COLUMNS: Mapping[str, Callable[[DetectorLine], Any]] = {
    "detector": lambda line: line.key,
    "mode": lambda line: line.mode.label.lower(),
    "setting": lambda line: line.setting.replace(NBSP, " "),
    "detected": lambda line: line.detected,
    "enforced": lambda line: line.enforced,
    "noted": lambda line: line.noted,
    "too_much": lambda line: line.over,
    "too_much_why": lambda line: line.over_note or None,
    "open_now": lambda line: line.still_open,
    "last_at": lambda line: line.last.at if line.last else None,
    "last_sentence": lambda line: line.last.sentence or None if line.last else None,
    "last_path": lambda line: line.last.url if line.last else None,
}


def detector_sheet(fleet: Fleet, period: Period, *, now: datetime) -> Sheet[DetectorLine]:
    """Return one row for each detector."""
    lines = detector_lines(fleet, period, now=now)
    return Sheet(name="detectors", fleet=fleet.slug, columns=COLUMNS, rows=lines)
