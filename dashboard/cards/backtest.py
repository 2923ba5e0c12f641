"""Backtests and trials of a draft policy: the form, the job as it goes, the report, the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.cards.policies import SettingLine
from dashboard.cards.ticket import Fact
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowChoice:
    """A window that ends now; `value` is its length in days."""

    value: int
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForm:
    """Where a backtest is asked for; `why_not` says why this person cannot, or nothing can be."""

    url: str
    windows: tuple[WindowChoice, ...]
    since: str
    until: str
    holds: str
    idempotency_key: str
    draft: str
    draft_url: str
    why_not: str
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCard:
    """A backtest that waits or runs; `silent` says so where its worker is heard of no longer."""

    url: str
    title: str
    by: str
    stage: str
    share: float
    elapsed: str
    left: str
    silent: str
    cancel_url: str
    idempotency_key: str
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestLine:
    """One backtest of the list; `told` sums it up, whatever became of it."""

    url: str
    mark: Mark
    at: datetime
    by: str
    window: str
    settings: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLine:
    """One trial of the list."""

    url: str
    mark: Mark
    at: datetime
    by: str
    told: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialForm:
    """Where a trial is started."""

    url: str
    days: int
    days_most: int
    typed_reason: str
    idempotency_key: str
    why_not: str
    problem: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestsPage:
    """The whole list with its forms; `is_busy` while something on it moves by itself."""

    fleet_name: str
    fleet_slug: str
    seq: int
    parts_url: str
    policy_url: str
    is_busy: bool
    summary: str
    ask: AskForm
    trial_form: TrialForm | None
    job: JobCard | None
    lines: tuple[BacktestLine, ...]
    trials: tuple[TrialLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """A count of the whole window and of each half, with its unit; `note` in small print."""

    label: str
    whole: str
    first: str
    second: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundsCard:
    """Failures drawn on a line: places in percent of its width, words for each.

    `text` says all of it for whoever does not see the drawing.
    """

    best_x: float
    likely_x: float
    likely_text_x: float
    today_x: float
    worst_x: float
    width: float
    best: str
    likely: str
    worst: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """Decisions of one level, or of one owner's agents, and how many would have differed."""

    name: str
    decisions: str
    stricter: str
    milder: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLine:
    """An agent that would have been treated otherwise, and how."""

    name: str
    url: str
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One decision that would have differed, both answers, why, and how the task had ended."""

    url: str
    title: str
    agent: str
    agent_url: str
    at: datetime
    level: str
    base: str
    draft: str
    why: str
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCard:
    """What a backtest says, in the order in which it may be believed: facts, bounds, unknown.

    `figures` are those that people look for first; `counts` has all of them with both halves.
    `bounds` and `estimate` are empty where nothing tightens, `unknown` where nothing loosens.
    """

    window: str
    coverage: tuple[str, ...]
    settings: tuple[SettingLine, ...]
    not_replayed: tuple[Fact, ...]
    figures: tuple[Fact, ...]
    facts: tuple[str, ...]
    halves: str
    tries: str
    counts: tuple[CountLine, ...]
    first: str
    second: str
    moves: tuple[Fact, ...]
    levels: tuple[GroupLine, ...]
    owners: tuple[GroupLine, ...]
    owners_left: str
    frozen: tuple[AgentLine, ...]
    tiers: tuple[AgentLine, ...]
    bounds: BoundsCard | None
    estimate: tuple[str, ...]
    unknown: tuple[str, ...]
    limits: tuple[str, ...]
    cases: tuple[CaseLine, ...]
    setting_files: FileLinks
    count_files: FileLinks
    case_files: FileLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestPage:
    """One backtest: its job while it runs, its report once it is done; `stale` are sentences."""

    id: str
    fleet_name: str
    fleet_slug: str
    seq: int
    parts_url: str
    list_url: str
    is_busy: bool
    title: str
    told: str
    stale: tuple[str, ...]
    error: str
    job: JobCard | None
    report: ReportCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPage:
    """One trial with its report so far; `end` is None once it has ended."""

    id: str
    fleet_name: str
    fleet_slug: str
    seq: int
    parts_url: str
    list_url: str
    policy_url: str
    is_busy: bool
    mark: Mark
    title: str
    told: str
    left: str
    reason: str
    end_reason: str
    stale: tuple[str, ...]
    publish: str
    settings: tuple[SettingLine, ...]
    job: JobCard | None
    compared: str
    compared_url: str
    report: ReportCard | None
    is_running: bool
    compare_url: str
    end_url: str
    idempotency_key: str
    why_not: str
    typed_reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideCard:
    """The last backtest in short, for the editor's rail; `url` leads to where it is asked for."""

    url: str
    ask_url: str
    is_busy: bool
    job: JobCard | None
    told: str
    stale: tuple[str, ...]
    figures: tuple[Fact, ...]
    bounds: BoundsCard | None
    estimate: str
    unknown: str
    trial: str
    trial_url: str
