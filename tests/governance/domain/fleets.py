"""Small fleets that work for weeks: outcomes, refreshes and freezes in the order of life."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.class_rates import ClassOutcome, RefreshTotals, refresh_fold, refresh_view
from governance.domain.engine import outcome_fold, trip_settle
from governance.domain.types import BreakerMode, Result, Tier
from tests.governance.domain.outcomes import DAY_S, POLICY, START_S, TRUST, outcome

OUTCOMES_A_DAY = 20
KEY = "stateless:LOW"


@dataclass
class Fleet:
    """Agents that all succeed with one probability, refreshed once a day."""

    success: float
    agents: int
    sources: int
    seed: int
    mode: BreakerMode
    states: dict[str, AgentState] = field(default_factory=dict)
    totals: RefreshTotals = field(default_factory=RefreshTotals)
    tiers_seen: set[Tier] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        new = agent_state_new()
        new = new.with_breaker(new.breaker._replace(mode=self.mode))
        self.states = {f"agent{n}": new for n in range(self.agents)}

    def work(self, days: int) -> Fleet:
        """Let every agent work for ``days`` and return the fleet."""
        for day in range(days):
            self._work_a_day(day)
        return self

    def _work_a_day(self, day: int) -> None:
        seen: list[ClassOutcome] = []
        for n in range(OUTCOMES_A_DAY):
            at_s = START_S + day * DAY_S + n * DAY_S / OUTCOMES_A_DAY
            for agent in self.states:
                failed = self.random.random() >= self.success
                self._work_once(agent, at_s, Result.FAILURE if failed else Result.SUCCESS)
                seen.append(ClassOutcome(agent, KEY, float(failed)))
        folded = refresh_fold(self.totals, seen, TRUST)
        self.totals = RefreshTotals(
            classes=folded.classes, shares={**self.totals.shares, **folded.shares}
        )

    def _work_once(self, agent: str, at_s: float, result: Result) -> None:
        view = refresh_view(
            number=1,
            classes=self.totals.classes,
            own=self.totals.shares.get(agent, {}),
            sources_30d=self.sources,
            policy=TRUST,
        )
        fact = outcome(result, at_s=at_s, source=f"source{self.random.randrange(self.sources)}")
        folded = outcome_fold(self.states[agent], fact, view, POLICY, jitter=0.0)
        state = folded.state
        if folded.alarm is not None:
            state = trip_settle(
                state,
                folded.alarm,
                POLICY,
                frozen=0,
                eligible=self.agents,
                now_s=at_s,
                jitter=0.0,
            ).state
        self.states[agent] = state
        self.tiers_seen.add(state.tier)
