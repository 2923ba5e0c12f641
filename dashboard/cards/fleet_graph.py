"""The graph of a fleet: who works with whom, narrowed as its address says."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.cards.chart import ChartCard
from dashboard.cards.fleet import FilterOption


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetGraph:
    """The graph and its filters; `all_url` leads to the page without any."""

    fleet_name: str
    fleet_slug: str
    seq: int
    parts_url: str
    list_url: str
    all_url: str
    chart: ChartCard
    shown: tuple[FilterOption, ...]
    least: int
    agent: str
    is_filtered: bool
