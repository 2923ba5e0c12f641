"""How trust went: of a whole fleet, of one agent, and of two beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.chart import ChartCard
from dashboard.cards.files import FileLinks
from dashboard.cards.fleet import FilterOption
from dashboard.cards.overview import KeyFigure
from dashboard.cards.period import PeriodBar
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """An agent whose trust moved; ``why`` says with numbers what its outcomes were meanwhile."""

    name: str
    url: str
    state: Mark
    before: float
    after: float
    change: str
    is_worse: bool
    outcomes: str
    failed: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendEvent:
    """Something that is marked on the charts, with its own page."""

    at: datetime
    kind: str
    sentence: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What is marked on the charts, newest first, of ``total``; ``note`` says what is left out.

    ``freezes`` are the shaded regions as sentences, newest first.
    """

    events: tuple[TrendEvent, ...]
    total: int
    note: str = ""
    freezes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetTrends:
    """The trends of a fleet; ``worry`` says which agent to look at first, and why.

    ``fields`` is what of the address the form of the marks sends along: the period. ``is_live`` is
    whether that goes on.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    now: datetime
    url: str
    parts_url: str
    is_live: bool
    bar: PeriodBar
    fields: tuple[tuple[str, str], ...]
    marks: tuple[FilterOption, ...]
    summary: str
    worry: str
    worry_url: str
    moved: tuple[MovedLine, ...]
    moved_note: str
    moved_files: FileLinks
    charts: tuple[ChartCard, ...]
    happened: Happened


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideLine:
    """One figure of two agents beside each other."""

    label: str
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Two agents beside each other; ``without_url`` shows the first alone."""

    one: str
    other: str
    other_url: str
    without_url: str
    lines: tuple[BesideLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTrends:
    """The trends of an agent; ``fields`` and ``is_live`` as those of `FleetTrends`.

    ``choices`` are ids and names of agents that it can be compared with, ``other`` what was asked.
    """

    agent_id: str
    name: str
    external_id: str
    fleet_slug: str
    fleet_name: str
    seq: int
    now: datetime
    url: str
    parts_url: str
    agent_url: str
    fleet_trends_url: str
    is_live: bool
    bar: PeriodBar
    fields: tuple[tuple[str, str], ...]
    marks: tuple[FilterOption, ...]
    components: tuple[FilterOption, ...]
    other: str
    choices: tuple[tuple[str, str], ...]
    summary: str
    figures: tuple[KeyFigure, ...]
    chart: ChartCard
    happened: Happened
    beside: Beside | None = None
