"""A fleet whose true failure rates are known, judged by the real engine as it would be live."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.class_rates import (
    ClassOutcome,
    RefreshTotals,
    RefreshView,
    class_key,
    refresh_fold,
    refresh_view,
)
from governance.domain.engine import Folded, outcome_fold, trip_settle
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy.breaker import BreakerPolicy
from governance.domain.policy.trust import TrustPolicy
from governance.domain.priors import group_names, prior_of
from governance.domain.types import BlastLevel, BreakerMode, Result, TaskType
from governance.domain.values import value_medians

START_S = 1_772_452_800.0
DAY_S = 86_400.0
DAYS = 90
REFRESH_S = 3_600.0
# Three classes of work of different difficulty: how often an ordinary agent fails on each.
DIFFICULTIES = {TaskType.STATELESS: 0.05, TaskType.PIPELINE: 0.15, TaskType.COORDINATION: 0.40}
SPREAD = 0.8
CHANGING, LATE = 0.38, 0.30
TRUST = TrustPolicy()
POLICY = EnginePolicy(trust=TRUST, breaker=BreakerPolicy())


class Change(StrEnum):
    """How an agent's odds of failing change over its life."""

    NONE = "none"
    SLOW = "slow"
    ABRUPT = "abrupt"
    RECOVERING = "recovering"
    OSCILLATING = "oscillating"


@dataclass(frozen=True, slots=True)
class Worker:
    """One agent of the generator: log odds of failing beside the ordinary agent, over days."""

    name: str
    skill: float
    change: Change
    turn: float
    size: float
    joins: float
    a_day: float
    mix: tuple[float, ...]
    sources: tuple[str, ...]

    def failure(self, day: float, task_type: TaskType) -> float:
        """Return the true probability of failing at ``day``."""
        ordinary = DIFFICULTIES[task_type]
        logit = math.log(ordinary / (1.0 - ordinary)) + self.skill + self._shift(day)
        return 1.0 / (1.0 + math.exp(-logit))

    def _shift(self, day: float) -> float:
        since = day - self.turn
        match self.change:
            case Change.SLOW:
                return self.size * min(1.0, max(0.0, since / 40.0))
            case Change.ABRUPT:
                return self.size * (since >= 0.0)
            case Change.RECOVERING:
                return self.size * (0.0 <= since < 15.0)
            case Change.OSCILLATING:
                return self.size * 0.5 * math.sin(2.0 * math.pi * since / 20.0)
            case Change.NONE:
                return 0.0


class Work(NamedTuple):
    """One task of one agent at a day since the start, with its true probability of failing."""

    day: float
    agent: str
    task_type: TaskType
    source: str
    failure: float
    failed: bool


def workers(draw: random.Random, count: int) -> list[Worker]:
    """Return agents of every kind: 38 % change, 30 % join late, task rates are lognormal."""
    changes = [each for each in Change if each is not Change.NONE]
    made = []
    for n in range(count):
        mix = [draw.gammavariate(1.0, 1.0) for _ in DIFFICULTIES]
        made.append(
            Worker(
                name=f"agent{n}",
                skill=draw.gauss(0.0, SPREAD),
                change=draw.choice(changes) if draw.random() < CHANGING else Change.NONE,
                turn=draw.uniform(10.0, 70.0),
                size=draw.uniform(1.0, 2.5),
                joins=draw.uniform(10.0, 60.0) if draw.random() < LATE else 0.0,
                a_day=draw.lognormvariate(math.log(6.0), 0.7),
                mix=tuple(share / sum(mix) for share in mix),
                sources=tuple(f"client{draw.randrange(12)}" for _ in range(5)),
            )
        )
    return made


def history(draw: random.Random, agents: list[Worker]) -> list[Work]:
    """Return all tasks of all agents in the order of time."""
    return sorted(work for agent in agents for work in _works(draw, agent))


def _works(draw: random.Random, agent: Worker) -> Iterator[Work]:
    day = agent.joins + draw.expovariate(agent.a_day)
    while day < DAYS:
        task_type = draw.choices(list(DIFFICULTIES), agent.mix)[0]
        failure = agent.failure(day, task_type)
        failed = draw.random() < failure
        yield Work(day, agent.name, task_type, draw.choice(agent.sources), failure, failed)
        day += draw.expovariate(agent.a_day)


@dataclass
class Judges:
    """The engine for a whole fleet, with refresh facts every hour of event time.

    Breakers only record: a frozen agent would not work, and there would be nothing to compare.
    """

    owners: dict[str, str] = field(default_factory=dict)
    states: dict[str, AgentState] = field(default_factory=dict)
    totals: RefreshTotals = field(default_factory=RefreshTotals)
    medians: dict[str, float] = field(default_factory=dict)
    views: dict[str, RefreshView] = field(default_factory=dict)
    fresh: list[ClassOutcome] = field(default_factory=list)
    seen: deque[tuple[float, str]] = field(default_factory=deque)
    sources: set[str] = field(default_factory=set)
    number: int = 0
    next_s: float = START_S + REFRESH_S

    def __post_init__(self) -> None:
        new = agent_state_new()
        self.new = new.with_breaker(new.breaker._replace(mode=BreakerMode.SHADOW))

    def state(self, agent: str) -> AgentState:
        """Return the agent's state after its newest outcome."""
        return self.states.get(agent, self.new)

    def view(self, agent: str, at_s: float) -> RefreshView:
        """Return what the agent is judged by at ``at_s``, epoch seconds."""
        if at_s >= self.next_s:
            self._refresh()
            self.next_s = at_s + REFRESH_S
        view = self.views.get(agent)
        if view is None:
            names, totals = self._groups(agent), self.totals
            view = self.views[agent] = refresh_view(
                number=self.number,
                classes=totals.classes,
                own=totals.shares.get(agent, {}),
                sources_30d=min(3, len(self.sources)),
                policy=TRUST,
                values=self.medians,
                prior=prior_of(names, totals.groups, totals.parts.get(agent, {}), TRUST),
            )
        return view

    def judge(
        self,
        agent: str,
        at_s: float,
        task_type: TaskType,
        source: str,
        *,
        failed: bool,
        value_usd: float | None = None,
    ) -> Folded:
        """Fold one outcome and return what it changed."""
        fact = OutcomeFact(
            at_s=at_s,
            received_s=at_s,
            result=Result.FAILURE if failed else Result.SUCCESS,
            task_type=task_type,
            level=BlastLevel.LOW,
            source=source,
            self_report=False,
            verified=False,
            cost_usd=None,
            budget_usd=None,
            duration_s=None,
            value_usd=value_usd,
            late=False,
            probe=None,
        )
        folded = outcome_fold(self.state(agent), fact, self.view(agent, at_s), POLICY, jitter=0.0)
        state = folded.state
        if folded.alarm is not None:
            state = trip_settle(
                state, folded.alarm, POLICY, frozen=0, eligible=400, now_s=at_s, jitter=0.0
            ).state
        self.states[agent] = state
        self.sources.add(source)
        judged = folded.judgement
        self.fresh.append(
            ClassOutcome(
                agent,
                class_key(task_type, BlastLevel.LOW),
                float(failed),
                judged.expected,
                judged.weight,
                value_usd,
                self._groups(agent),
            )
        )
        return folded

    def _groups(self, agent: str) -> tuple[str, ...]:
        owner = self.owners.get(agent)
        return group_names(owner, "") if owner else ()

    def _refresh(self) -> None:
        folded = refresh_fold(self.totals, self.fresh, TRUST)
        self.totals = RefreshTotals(
            classes=folded.classes,
            shares={**self.totals.shares, **folded.shares},
            groups=folded.groups,
            parts={**self.totals.parts, **folded.parts},
            values=folded.values,
        )
        self.medians = value_medians(folded.values, TRUST)
        self.fresh, self.views, self.number = [], {}, self.number + 1
