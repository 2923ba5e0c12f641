"""A fleet at work for the measurements of drift, after docs/evidence.md, Drift, judged by the rules live."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from governance.domain.class_rates import (
    ClassOutcome,
    RefreshTotals,
    Tally,
    failure_expected,
    refresh_fold,
    refresh_view,
)
from governance.domain.consistency import NO_BAND
from governance.domain.drift_fold import Measured, drift_acknowledged, drift_fold
from governance.domain.drift_state import NO_DRIFT, Drift, DriftFacts, DriftKind
from governance.domain.drift_threshold import false_alarms_day
from governance.domain.fleet_factor import (
    NO_WORK,
    Work,
    WorkOutcome,
    WorkTotals,
    fleet_factor,
    work_fold,
)
from governance.domain.fleet_incident import (
    USUAL_DAYS,
    Incident,
    alarms_most,
    alarms_usual,
)
from governance.domain.fleet_outage import incident_begins, incident_ends, is_outage
from governance.domain.outcome_drift import failure_normal
from governance.domain.policy.drift import DriftPolicy
from governance.domain.policy.trust import TrustPolicy

DAY_S = 86_400.0
REFRESH_S = 30.0
TASKS_A_DAY = 20.0
# Three classes of work, as often as each other; an ordinary agent fails 5 % over all.
CLASSES = (("stateless:LOW", 0.025), ("stateless:MEDIUM", 0.05), ("pipeline:LOW", 0.075))
TRUST = TrustPolicy()
POLICY = DriftPolicy()
OUTCOMES = DriftKind.OUTCOMES


class Agent(NamedTuple):
    """An agent: its odds of failure are ``odds(day)`` times those of the class."""

    name: str
    odds: Callable[[float], float]
    changes_at_day: float | None = None


class Alarm(NamedTuple):
    """An alarm on a day; ``tasks`` since the agent changed, None where it has not."""

    agent: str
    day: float
    tasks: int | None
    held: bool


@dataclass(slots=True)
class Seen:
    """What a fleet's days gave: alarms, incidents with the day each was raised, agent-days."""

    alarms: list[Alarm] = field(default_factory=list)
    incidents: list[tuple[float, Incident]] = field(default_factory=list)
    honest_days: float = 0.0


@dataclass(slots=True)
class Fleet:
    """Agents, their watches, and the facts of the latest refresh."""

    agents: list[Agent]
    threshold: float
    days: float
    watches: dict[str, Drift] = field(default_factory=dict)
    totals: RefreshTotals = field(default_factory=RefreshTotals)
    shares: dict[str, dict[str, Tally]] = field(default_factory=dict)
    work: Work = NO_WORK
    parts: dict[str, Work] = field(default_factory=dict)
    fresh: list[tuple[ClassOutcome, WorkOutcome]] = field(default_factory=list)
    since_change: dict[str, int] = field(default_factory=dict)
    is_incident: bool = False
    looked_at: int = 0

    def run(self, draw: np.random.Generator) -> Seen:
        """Return what the days gave. An agent that changed ends with its first alarm."""
        seen = Seen()
        by_name = {agent.name: agent for agent in self.agents}
        ended: set[str] = set()
        refreshed_s = 0.0
        for at_s, name in arrivals(self.agents, self.days, draw):
            if name in ended:
                continue
            if at_s >= refreshed_s + REFRESH_S:
                self._refresh()
                self._review(at_s, seen)
                refreshed_s = at_s
            agent = by_name[name]
            alarm = self._outcome(agent, at_s, draw)
            if alarm is None:
                continue
            seen.alarms.append(alarm)
            if alarm.tasks is not None and not alarm.held:
                ended.add(name)
        honest = sum(agent.changes_at_day is None for agent in self.agents)
        seen.honest_days = honest * self.days
        return seen

    def _outcome(self, agent: Agent, at_s: float, draw: np.random.Generator) -> Alarm | None:
        day = at_s / DAY_S
        key, rate = CLASSES[int(draw.integers(len(CLASSES)))]
        odds = rate / (1.0 - rate) * agent.odds(day)
        failure = float(draw.random() < odds / (1.0 + odds))
        if agent.changes_at_day is not None and day >= agent.changes_at_day:
            self.since_change[agent.name] = self.since_change.get(agent.name, 0) + 1
        view = refresh_view(
            number=1,
            classes=self.totals.classes,
            own=self.shares.get(agent.name, {}),
            sources_30d=3,
            policy=TRUST,
        )
        expected = failure_expected(view, key, TRUST)
        watch = self.watches.get(agent.name, NO_DRIFT)
        normal = failure_normal(watch.outcomes, expected, TRUST.prior_strength, POLICY)
        factor = fleet_factor(self.work, self.parts.get(agent.name, NO_WORK), POLICY)
        facts = DriftFacts(self.threshold, factor, (OUTCOMES.value,) if self.is_incident else ())
        measured = Measured(failure, expected, normal, at_s, NO_BAND, None, None)
        watch, alarms = drift_fold(watch, measured, facts, TRUST, POLICY)
        self.watches[agent.name] = drift_acknowledged(watch, rebaseline=False)
        self.fresh.append(
            (
                ClassOutcome(agent.name, key, failure, expected),
                WorkOutcome(agent.name, failure, normal),
            )
        )
        if not alarms:
            return None
        return Alarm(agent.name, day, self.since_change.get(agent.name), alarms[0].held)

    def _refresh(self) -> None:
        rates = (each for each, _ in self.fresh)
        previous = RefreshTotals(classes=self.totals.classes, shares=self.shares)
        self.totals = refresh_fold(previous, rates, TRUST)
        for name, own in self.totals.shares.items():
            self.shares[name] = dict(own)
        work = WorkTotals(self.work, self.parts)
        self.work, parts = work_fold(work, (each for _, each in self.fresh), POLICY)
        self.parts.update(parts)
        self.fresh.clear()

    def _review(self, at_s: float, seen: Seen) -> None:
        """Raise or end the fleet's incident, as every refresh does; nothing new, nothing to do."""
        is_new = len(seen.alarms) > self.looked_at
        if not is_new and not self.is_incident and not is_outage(self.work, POLICY):
            return
        self.looked_at = len(seen.alarms)
        today = at_s / DAY_S
        since = today - POLICY.incident_window_h / 24.0
        alarming = sorted({alarm.agent for alarm in seen.alarms if alarm.day > since})
        before = [a for a in seen.alarms if since - USUAL_DAYS < a.day <= since and not a.held]
        expected = false_alarms_day(
            OUTCOMES,
            agents=len(self.agents),
            tasks_a_day=TASKS_A_DAY,
            threshold=self.threshold,
        )
        most = alarms_most(alarms_usual(expected, len(before), USUAL_DAYS), POLICY)
        if self.is_incident:
            self.is_incident = not incident_ends(
                OUTCOMES, len(alarming), self.work, most=most, policy=POLICY
            )
            return
        incident = incident_begins(
            OUTCOMES,
            alarming,
            self.work,
            most=most,
            shares=lambda: self.parts,
            traits=lambda: {agent.name: {"model": ["large"]} for agent in self.agents},
            policy=POLICY,
        )
        if incident is not None:
            self.is_incident = True
            seen.incidents.append((today, incident))


def arrivals(
    agents: list[Agent], days: float, draw: np.random.Generator
) -> Iterator[tuple[float, str]]:
    """Yield when which agent finishes a task, in order: a Poisson process for each."""
    mean_s = DAY_S / TASKS_A_DAY
    gaps = _gaps(mean_s, draw)
    queue = [(next(gaps), agent.name) for agent in agents]
    heapq.heapify(queue)
    while queue[0][0] < days * DAY_S:
        at_s, name = queue[0]
        yield at_s, name
        heapq.heapreplace(queue, (at_s + next(gaps), name))


def _gaps(mean_s: float, draw: np.random.Generator) -> Iterator[float]:
    while True:
        yield from draw.exponential(mean_s, 10_000).tolist()
