"""Service levels: how soon people answer, what expired, and who did how much."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.chart import ChartCard
from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.cards.period import PeriodBar


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeCell:
    """How many tickets of one age wait; `url` leads to those of that risk, empty for none."""

    age: str
    count: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeRow:
    """What waits of one risk, by age."""

    level: str
    cells: tuple[AgeCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """What one person answered; `last` is when, in UTC."""

    name: str
    answers: str
    approvals: str
    taken_back: str
    last: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePage:
    """The whole page; `people` are in the order of their names, which is no ranking.

    `whose` says whose answers are listed.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    url: str
    parts_url: str
    summary: str
    bar: PeriodBar
    figures: tuple[KeyFigure, ...]
    ages: tuple[str, ...]
    waiting: tuple[AgeRow, ...]
    chart: ChartCard
    people: tuple[PersonLine, ...]
    whose: str
    people_files: FileLinks | None = None
