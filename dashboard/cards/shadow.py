"""What enforcement would have done: who would have been frozen, what would have been held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.cards.period import PeriodBar
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenLine:
    """An agent that would have been frozen; `sentence` is why, at the first time."""

    agent: str
    url: str
    times: str
    by_rule: str
    first_at: datetime
    last_at: datetime
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCount:
    """How many tasks would have been held, and how those that have ended did.

    `level` is empty where `label` is a reason; `failed` is a share, or that too few have ended.
    """

    label: str
    tasks: str
    ended: str
    failed: str
    cost: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetPassLine:
    """One task that ran though it would have been held; `result` is None until it has ended.

    `reason` is the first of the gate's sentences; `ticket_url` leads to the practice ticket that
    people would have got, empty where there is none.
    """

    title: str
    ticket_url: str
    agent: str
    agent_url: str
    at: datetime
    level: str
    would_be: Mark
    reason: str
    result: Mark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowPage:
    """The whole page; `right` compares what would have been held with all work.

    `now_words` says what is in shadow now. Of `frozen` and `tasks` the first are listed,
    `frozen_all` and `tasks_all` count them all.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    now: datetime
    parts_url: str
    summary: str
    now_words: str
    bar: PeriodBar
    figures: tuple[KeyFigure, ...]
    right: tuple[str, ...]
    frozen: tuple[FrozenLine, ...]
    frozen_all: int
    cells: tuple[HeldCount, ...]
    reasons: tuple[HeldCount, ...]
    tasks: tuple[LetPassLine, ...]
    tasks_all: int
    detectors_url: str
    files: FileLinks
