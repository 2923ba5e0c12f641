"""The agents of a world with feedback, what is known of the fleet, and the record it leaves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from governance.backtest.record import AgentStart, Basis, Step, agent_start
from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.outcome_fact import Judgement, OutcomeFact
from governance.domain.policy import Policy
from governance.domain.priors import group_names
from governance.domain.settling import Settled
from governance.replay.facts import NO_PART, ComputedFacts, Kinship, Part
from tests.governance.backtest.feedback_plan import DAY_S, START_S, Job, Nature, Size

REFRESH_S = 3_600.0
VERSION = 1


class HourlyFacts(ComputedFacts):
    """What outcomes are judged by, worked out each hour as the live refresh does each 30 s."""

    def take(self, kin: Kinship, fact: OutcomeFact, judgement: Judgement) -> None:
        super().take(kin, fact, judgement)
        if not math.isinf(self.due_s):
            self.due_s = math.ceil(self.due_s / REFRESH_S) * REFRESH_S

    def basis(self, kin: Kinship) -> Basis:
        """Return what an outcome of an agent is judged by now."""
        classes = self._shares.get(kin.name)
        if classes is None:
            return Basis(self._fleet, kin, NO_PART)
        part = Part(classes, self._parts.get(kin.name, {}), self._works[kin.name])
        return Basis(self._fleet, kin, part)


class Worker:
    """One agent of the world: what it is like, its state, and whether it is broken now."""

    def __init__(self, number: int, nature: Nature) -> None:
        self.number, self.nature = number, nature
        self.key = str(UUID(int=number + 1))
        self.kin = Kinship(self.key, group_names(nature.owner, ""))
        self.state: AgentState = agent_state_new()
        self.facts = 0
        self.running = 0
        self.awaits_release = False
        self.stopped_s: float | None = None

    def settle(self, settled: Settled) -> None:
        self.facts += 1
        self.state = settled.state

    def is_broken(self, now_s: float) -> bool:
        """Return whether it has broken and is not repaired yet."""
        breaks_s = self.nature.breaks_s
        if breaks_s is None or now_s < breaks_s:
            return False
        repaired_s = breaks_s + self.nature.unnoticed_s
        if self.stopped_s is not None:
            repaired_s = min(repaired_s, self.stopped_s + self.nature.stopped_s)
        return now_s < repaired_s

    def stop(self, now_s: float) -> None:
        """Be denied work; the first time since it broke starts its repair."""
        if self.stopped_s is None and self.is_broken(now_s):
            self.stopped_s = now_s


class Running(NamedTuple):
    """A task that an agent works on; ``decision`` is its place among the steps, -1 unrecorded."""

    job: Job
    task: UUID
    worker: Worker
    began_s: float
    probe: bool
    decision: int


@dataclass
class Lived:
    """What came of a world: its failures, what was never done, and the record."""

    failures: int = 0
    outcomes: int = 0
    undone: int = 0
    steps: list[Step] = field(default_factory=list)


class WorldRecord:
    """The record of a world from its first day on, as a backtest reads it."""

    def __init__(self, lived: Lived, workers: Sequence[Worker], policy: Policy, size: Size) -> None:
        self._steps = lived.steps
        self._named = [(each.key, each.nature.owner) for each in workers]
        self.since_s, self.until_s = START_S, START_S + size.days * DAY_S
        self.total = len(lived.steps)
        self.policies: Mapping[int, Policy] = {VERSION: policy}

    @property
    def agents(self) -> Sequence[AgentStart]:
        return [agent_start(key, owner) for key, owner in self._named]

    def steps(self) -> Iterator[Step]:
        return iter(self._steps)
