"""A fleet's facts as they would be stored, folded live in the order of life and again per agent."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.domain.agent_state import (
    AgentState,
    agent_state_new,
    state_from_plain,
    state_to_plain,
)
from governance.domain.breaker_state import Breaker
from governance.domain.class_rates import (
    ClassOutcome,
    RefreshTotals,
    RefreshView,
    Tally,
    refresh_fold,
    refresh_view,
)
from governance.domain.engine import agent_due, outcome_fold, trip_settle
from governance.domain.holds import breaker_release
from governance.domain.outcome_fact import Judgement, OutcomeFact
from governance.domain.priors import Groups, GroupShare, group_names, prior_of
from governance.domain.settling import drift_acknowledge
from governance.domain.types import BlastLevel, Result, TaskType
from governance.domain.values import ValueCounts, value_medians
from tests.governance.domain.outcomes import POLICY, START_S, TRUST, outcome

RESULTS = [*[Result.SUCCESS] * 7, Result.PARTIAL, Result.FAILURE, Result.CANCELLED]
REFRESH_EVERY = 500
STORED_EVERY = 31


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored outcome: the fact, what it was judged by, and what was drawn and counted."""

    fact: OutcomeFact
    refresh: int
    jitter: float
    frozen: int
    sweep: bool
    expected: float


def facts_at_random(count: int, *, agents: int, seed: int) -> Iterator[tuple[str, OutcomeFact]]:
    """Yield outcomes of a fleet whose agents fail to different degrees, roughly in order."""
    draw = random.Random(seed)
    types, levels = list(TaskType), list(BlastLevel)
    for n in range(count):
        agent = draw.randrange(agents)
        spoiled = draw.random() < agent * 0.05
        received_s = START_S + n * 40.0
        yield (
            f"agent{agent}",
            outcome(
                Result.FAILURE if spoiled else draw.choice(RESULTS),
                at_s=received_s - draw.random() * 300.0,
                received_s=received_s,
                task_type=draw.choice(types),
                level=draw.choice(levels),
                source=f"source{draw.randrange(6)}",
                self_report=draw.random() < 0.1,
                verified=draw.random() < 0.1,
                value_usd=draw.choice([None, draw.lognormvariate(2.0, 1.0)]),
                cost_usd=draw.choice([None, draw.lognormvariate(0.0, 0.5)]),
                budget_usd=draw.choice([None, 2.0]),
                duration_s=draw.choice([None, draw.lognormvariate(3.0, 0.5)]),
                late=draw.random() < 0.02,
                probe="probe" if draw.random() < 0.02 else None,
            ),
        )


def kin_of(agent: str) -> tuple[str, ...]:
    """Return the groups of a generated agent: two owners, and templates for some."""
    number = int(agent.removeprefix("agent"))
    return group_names(f"owner{number % 2}", "clerk" if number < 5 else "")


@dataclass
class Ledger:
    """The rows of a fleet: outcomes by agent, refreshes by number, shares by agent and number."""

    draw: random.Random
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    classes: list[Mapping[str, Tally]] = field(default_factory=lambda: [{}])
    shares: dict[str, list[tuple[int, Mapping[str, Tally]]]] = field(default_factory=dict)
    groups: list[Groups] = field(default_factory=lambda: [{}])
    parts: dict[str, list[tuple[int, Mapping[str, GroupShare]]]] = field(default_factory=dict)
    values: list[Mapping[str, ValueCounts]] = field(default_factory=lambda: [{}])
    states: dict[str, AgentState] = field(default_factory=dict)
    moves: int = 0

    def view(self, agent: str, number: int) -> RefreshView:
        """Return what ``agent`` was judged by under refresh ``number``, from the stored rows."""
        own = [tallies for stored, tallies in self.shares.get(agent, []) if stored <= number]
        part = [parts for stored, parts in self.parts.get(agent, []) if stored <= number]
        return refresh_view(
            number=number,
            classes=self.classes[number],
            own=own[-1] if own else {},
            sources_30d=min(3, number),
            policy=TRUST,
            values=value_medians(self.values[number], TRUST),
            prior=prior_of(kin_of(agent), self.groups[number], part[-1] if part else {}, TRUST),
        )

    def live(self, facts: Iterator[tuple[str, OutcomeFact]]) -> Ledger:
        """Fold facts in the order of life, storing each state now and then, and return self."""
        fresh: list[ClassOutcome] = []
        views: dict[str, RefreshView] = {}
        for n, (agent, fact) in enumerate(facts, 1):
            if agent not in views:
                views[agent] = self.view(agent, len(self.classes) - 1)
            judged = self._outcome(agent, fact, views[agent])
            if judged.failure is not None:
                fresh.append(
                    ClassOutcome(
                        agent,
                        judged.class_key,
                        judged.failure,
                        judged.expected,
                        judged.weight,
                        fact.value_usd,
                        kin_of(agent),
                    )
                )
            if n % STORED_EVERY == 0:
                plain = json.dumps(state_to_plain(self.states[agent]), allow_nan=False)
                self.states[agent] = state_from_plain(json.loads(plain))
            if n % REFRESH_EVERY == 0:
                self._refresh(fresh)
                fresh, views = [], {}
        return self

    def refolded(self, agent: str) -> AgentState:
        """Return the state of one agent folded again from its rows alone.

        Raises:
            AssertionError: if an outcome meets another expectation than it was stored with.
        """
        state = agent_state_new()
        views: dict[int, RefreshView] = {}
        for entry in self.entries[agent]:
            if entry.refresh not in views:
                views[entry.refresh] = self.view(agent, entry.refresh)
            state, judged, _ = _step(state, entry, views[entry.refresh])
            assert abs(judged.expected - entry.expected) < 1e-9
        return state

    def _outcome(self, agent: str, fact: OutcomeFact, view: RefreshView) -> Judgement:
        entry = Entry(
            fact,
            view.number,
            self.draw.uniform(-1.0, 1.0),
            self.draw.randrange(4),
            self.draw.random() < 0.05,
            0.0,
        )
        state = self.states.get(agent, agent_state_new())
        self.states[agent], judged, moves = _step(state, entry, view)
        self.moves += moves
        stored = Entry(fact, view.number, entry.jitter, entry.frozen, entry.sweep, judged.expected)
        self.entries.setdefault(agent, []).append(stored)
        return judged

    def _refresh(self, fresh: list[ClassOutcome]) -> None:
        latest = {agent: rows[-1][1] for agent, rows in self.shares.items()}
        before = RefreshTotals(
            classes=self.classes[-1],
            shares=latest,
            groups=self.groups[-1],
            parts={agent: rows[-1][1] for agent, rows in self.parts.items()},
            values=self.values[-1],
        )
        folded = refresh_fold(before, fresh, TRUST)
        self.classes.append(folded.classes)
        self.groups.append(folded.groups)
        self.values.append(folded.values)
        for agent, tallies in folded.shares.items():
            self.shares.setdefault(agent, []).append((len(self.classes) - 1, tallies))
        for agent, parts in folded.parts.items():
            self.parts.setdefault(agent, []).append((len(self.classes) - 1, parts))


def flat(plain: object) -> tuple[dict[str, float], dict[str, Any]]:
    """Return the numbers in nested JSON values by their path, and everything else by its path."""
    leaves = dict(_leaves(plain, ""))
    numbers = {path: leaf for path, leaf in leaves.items() if isinstance(leaf, float)}
    return numbers, {path: leaf for path, leaf in leaves.items() if path not in numbers}


def _leaves(plain: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield from _leaves(value, f"{path}/{key}")
    elif isinstance(plain, list):
        for place, value in enumerate(plain):
            yield from _leaves(value, f"{path}/{place}")
    else:
        yield path, plain


def _released(breaker: Breaker, now_s: float) -> Breaker:
    return breaker_release(breaker, "Looked at.", now_s=now_s).breaker


def _step(state: AgentState, entry: Entry, view: RefreshView) -> tuple[AgentState, Judgement, int]:
    """Return the state after one entry, what it was judged by, and how many moves it took."""
    now_s = entry.fact.received_s
    moves = 0
    if entry.sweep:
        due = agent_due(state, POLICY, now_s=now_s, jitter=entry.jitter, blocked=False)
        if due is not None:
            state, moves = due.state, 1
        elif state.breaker.is_person_held:
            state, moves = state.with_breaker(_released(state.breaker, now_s)), 1
        elif state.drift.open:
            state, moves = drift_acknowledge(state, rebaseline=entry.jitter > 0.0), 1
    folded = outcome_fold(state, entry.fact, view, POLICY, jitter=entry.jitter)
    state = folded.state
    if folded.alarm is not None:
        settled = trip_settle(
            state,
            folded.alarm,
            POLICY,
            frozen=entry.frozen,
            eligible=8,
            now_s=now_s,
            jitter=entry.jitter,
        )
        state, moves = settled.state, moves + 1
    moves += len(folded.transitions)
    return state, folded.judgement, moves
