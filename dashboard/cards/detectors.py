"""What each detector of a fleet found in a period, and what it did about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.cards.period import PeriodBar
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFind:
    """The latest find with its page; `sentence` is empty where none was written."""

    at: datetime
    sentence: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorLine:
    """One detector: what it looks for, what the policy lets it do, what it found.

    `over` is what was found and not acted on, or not in full, because it was too much at once;
    `over_note` says why. `still_open` is None for one whose finds end by themselves. `found_url`
    leads to its events, `open_url` to what is open; both are empty where there is no such list.
    """

    key: str
    name: str
    about: str
    mode: Mark
    setting: str
    detected: int
    enforced: int
    noted: int
    over: int
    over_note: str
    still_open: int | None
    last: LastFind | None
    found_url: str = ""
    open_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorsPage:
    """The whole page; `shadow` says what is only noted now, empty where everything acts."""

    fleet_slug: str
    fleet_name: str
    seq: int
    now: datetime
    parts_url: str
    summary: str
    bar: PeriodBar
    figures: tuple[KeyFigure, ...]
    shadow: str
    shadow_url: str
    lines: tuple[DetectorLine, ...]
    files: FileLinks
