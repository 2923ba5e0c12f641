"""Collusion: the list of rings with the scan behind it, and one ring with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dashboard.cards.agent_page import MoveLine
from dashboard.cards.chart import ChartCard
from dashboard.cards.ticket import Fact
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRef:
    """An agent by name, with its page."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RingLine:
    """One ring of the list; `more` counts the evidence beyond the sentence."""

    url: str
    members: tuple[AgentRef, ...]
    mark: Mark
    at: datetime
    value_usd: Decimal
    severity_usd: Decimal
    sentence: str
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckForm:
    """What asks for checks of a watched tie; `why_not` keeps this person from it."""

    url: str
    agents: str
    why_not: str
    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedLine:
    """A tie or a group in step without evidence of damage; `checked` of `of` were checked.

    `declare_url` is where a person who may declares them a team; empty for others. `progress` says
    how far checks are that people asked for. There is no form for a group in step, or while checks
    are not done.
    """

    sentence: str
    declare_url: str
    checked: int
    of: int
    progress: str
    form: CheckForm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankLine:
    """One agent of the ranking; `share` is its risk beside the highest, in [0, 1].

    `note` says what people have made of it since, empty for nothing.
    """

    agent: AgentRef
    share: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanCard:
    """The last scan and the one that runs; `why_not` keeps this person from starting one.

    `silent` says so where nothing is heard of the running one.
    """

    is_running: bool
    stage: str
    share: float
    silent: str
    last: str
    window: str
    changed: tuple[str, ...]
    gaps: tuple[str, ...]
    error: str
    start_url: str
    why_not: str
    idempotency_key: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RingList:
    """What a fleet's scans found. `seq` is its last event number, read before all else.

    `lines` are the gravest of `lines_of` rings.
    """

    fleet_name: str
    fleet_slug: str
    seq: int
    parts_url: str
    graph_url: str
    rule: str
    watch_rule: str
    teams: str
    teams_url: str
    scan: ScanCard
    lines: tuple[RingLine, ...]
    lines_of: int
    settled: tuple[RingLine, ...]
    watched: tuple[WatchedLine, ...]
    check_problem: str
    ranked: tuple[RankLine, ...]
    wealth: ChartCard


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One member of a ring, and what stands against it."""

    agent: AgentRef
    owner: str
    tier: str
    balance: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One piece of evidence: its sentence, and what would change the verdict."""

    mark: Mark
    sentence: str
    would_change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One interaction among members; what was not given is empty."""

    at: datetime
    initiator: str
    counterparty: str
    value: str
    rating: str
    checked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearForm:
    """What clears a confirmed ring on appeal; `why_not` keeps this person from it.

    `does` says what follows.
    """

    url: str
    does: str
    why_not: str
    idempotency_key: str
    typed_reason: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedRing:
    """A ring that this one took over, or that took it over."""

    url: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RingPage:
    """One ring with everything that speaks for and against it.

    Balances are as of `booked_until`, None where there are none.
    """

    ring_id: str
    fleet_slug: str
    seq: int
    parts_url: str
    list_url: str
    title: str
    mark: Mark
    opened_at: datetime
    found_at: datetime
    facts: tuple[Fact, ...]
    evidence: tuple[EvidenceLine, ...]
    gaps: tuple[str, ...]
    members: tuple[MemberLine, ...]
    booked_until: datetime | None
    graph: ChartCard
    jobs: tuple[JobLine, ...]
    jobs_of: int
    moves: tuple[MoveLine, ...]
    wealth: ChartCard
    outcome: str
    related: tuple[RelatedRing, ...]
    measures: str
    checks: str
    clear: ClearForm | None
    ticket_url: str
    ticket_number: int
