"""The agent page: who an agent is, what it may do and why, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from dashboard.cards.account import AccountCard
from dashboard.cards.audits import AuditCard
from dashboard.cards.breaker import BreakerStatus
from dashboard.cards.cascade import CascadeLink
from dashboard.cards.controls import ControlPanel
from dashboard.cards.drift import DriftCard
from dashboard.cards.marks import PenaltyNote, TrustBand
from dashboard.cards.ticket import Fact
from dashboard.display.wording import Mark, result_mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentLine:
    """One part of the score; without `score` nothing was measured.

    `weight` is its share in percent; `means` says in a few words what is measured.
    """

    name: str
    means: str
    weight: int
    outcomes: int
    score: float | None = None
    low: float = 0.0
    high: float = 0.0

    @property
    def band(self) -> TrustBand:
        """Return the part as a band that is drawn like the score."""
        return TrustBand(
            score=self.score or 0.0, low=self.low, high=self.high, tier="",
            outcomes=self.outcomes, needed=0,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """One thing the next better tier asks."""

    about: str
    has: str
    asks: str
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustCard:
    """What the agent has earned, of what it consists, and what is missing for the next tier."""

    trust: TrustBand
    components: tuple[ComponentLine, ...]
    evidence: str
    next_tier: str
    needs: tuple[NeedLine, ...]
    start: str = ""
    penalty: PenaltyNote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLine:
    """One outcome that moved the score: `change` in words, `size` as a number, `score` after it."""

    at: datetime
    fact: int
    task_id: str
    size: float
    change: str
    score: float
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """How the score moved lately; without `summary` there is nothing to tell yet."""

    summary: str
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLine:
    """What one type of task gets: the matrix row with the agent's cell, and its limits.

    `presets` are those of tier high, medium and low, `at` the place of the agent's own.
    `approvals` are (level, what is asked).
    """

    task_type: str
    presets: tuple[str, ...]
    at: int
    budget: str
    parallel: int
    audited: str
    tax: str
    approvals: tuple[tuple[str, str], ...]

    @property
    def preset(self) -> str:
        """Return the preset of the agent's cell."""
        return self.presets[self.at]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsCard:
    """Limits now, and why: `because` names tier, matrix and policy version.

    `budget_usd` is what a penalty leaves of the month's budget; `budget_note` says so.
    """

    because: str
    mandate_note: str
    lines: tuple[LimitLine, ...]
    open_tasks: int
    spent_usd: Decimal
    budget_usd: Decimal | None
    budget_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """One finished task."""

    at: datetime
    title: str
    task_id: str
    result: str
    level: str
    cost_usd: Decimal | None
    source: str
    notes: tuple[str, ...] = ()

    @property
    def result_mark(self) -> Mark:
        """Return the word of the outcome."""
        return result_mark(self.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One answer of the gate with the reason that decided; `moment` is submit, start, heartbeat."""

    at: datetime
    title: str
    task_id: str
    moment: str
    mark: Mark
    level: str
    reasons: tuple[str, ...]
    policy_version: int
    would_be: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """One ticket about the agent."""

    number: int
    title: str
    url: str
    at: datetime
    mark: Mark
    kind_mark: Mark | None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """One move: `change` is from and to, `by` who made it, in words, empty for nobody.

    `url` is the page of the event that tells of it, where there is one.
    """

    at: datetime
    mark: Mark
    change: str
    sentence: str
    by: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPage:
    """Everything about one agent. `seq` is the fleet's last event number, read before all else."""

    agent_id: str
    fleet_slug: str
    name: str
    external_id: str
    seq: int
    summary: str
    fleet_url: str
    parts_url: str
    trends_url: str
    status: BreakerStatus
    panel: ControlPanel
    identity: tuple[Fact, ...]
    mandate: tuple[Fact, ...]
    trust: TrustCard
    score: ScoreCard
    limits: LimitsCard
    outcomes: tuple[OutcomeRow, ...]
    decisions: tuple[DecisionRow, ...]
    tickets: tuple[TicketLine, ...]
    moves: tuple[MoveLine, ...]
    incidents: tuple[CascadeLink, ...] = ()
    moves_note: str = ""
    events_url: str = ""
    drift: DriftCard = field(default_factory=DriftCard)
    audits: AuditCard = field(default_factory=AuditCard)
    account: AccountCard = field(default_factory=AccountCard)

    @property
    def outcomes_oldest_first(self) -> tuple[OutcomeRow, ...]:
        """Return the outcomes in the order in which they are drawn."""
        return self.outcomes[::-1]
