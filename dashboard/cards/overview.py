"""The overview of a fleet: what a manager sees first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.fleet import AgentRow
from dashboard.cards.period import ZoneSwitch
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One figure of a strip with what it is out of; `url` leads to its list, empty for none.

    `before` is the same of the period before, empty where that is not compared.
    """

    label: str
    icon: str
    value: str
    note: str
    url: str = ""
    is_bad: bool = False
    before: str = ""

    @property
    def is_long(self) -> bool:
        """Return whether the value needs smaller letters to fit beside the others."""
        return len(self.value) > 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that changed since yesterday, as a sentence; `quote` is somebody's own words."""

    icon: str
    sentence: str
    quote: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """What a detector found, with where to read more of it."""

    mark: Mark
    title: str
    sentence: str
    at: datetime
    url: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage:
    """The whole page; `seq` is the fleet's last event number, read before all else.

    `looks` are the worst of the agents that need a look, `need_look` counts all of them.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    parts_url: str
    agents_url: str
    now: datetime
    zone: ZoneSwitch
    summary: str
    figures: tuple[KeyFigure, ...]
    changes: tuple[Change, ...]
    alarms: tuple[AlarmLine, ...]
    detectors_url: str
    matrix_url: str
    looks: tuple[AgentRow, ...]
    need_look: int
    agents: int
    system: tuple[KeyFigure, ...]
