"""How trust went: of a whole fleet, of one agent, and of two beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.chart import ChartCard
from dashboard.cards.files import FileLinks
from dashboard.cards.fleet import FilterOption
from dashboard.cards.overview import KeyFigure
from dashboard.cards.period import PeriodBar
from dashboard.cards.trend_marks import MarksCard
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """An agent whose trust moved; ``why`` says with numbers what its outcomes were meanwhile.

    ``since`` is when its first score stood, where that is what it is compared with; else empty.
    """

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
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetTrends:
    """The trends of a fleet; ``worry`` says which agent to look at first, and why.

    ``is_live`` is whether the period goes on.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    url: str
    parts_url: str
    is_live: bool
    bar: PeriodBar
    summary: str
    worry: str
    worry_url: str
    moved: tuple[MovedLine, ...]
    moved_note: str
    moved_files: FileLinks
    charts: tuple[ChartCard, ...]
    marks: MarksCard


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
    """The trends of an agent; ``fields`` are what of the address the form of the parts sends along.

    ``freezes`` are the shaded regions as sentences, newest first. ``choices`` are ids and names of
    agents that it can be compared with, ``other`` what was asked.
    """

    agent_id: str
    name: str
    external_id: str
    fleet_slug: str
    fleet_name: str
    seq: int
    url: str
    parts_url: str
    agent_url: str
    fleet_trends_url: str
    is_live: bool
    bar: PeriodBar
    fields: tuple[tuple[str, str], ...]
    components: tuple[FilterOption, ...]
    other: str
    choices: tuple[tuple[str, str], ...]
    summary: str
    figures: tuple[KeyFigure, ...]
    chart: ChartCard
    marks: MarksCard
    freezes: tuple[str, ...] = ()
    beside: Beside | None = None
