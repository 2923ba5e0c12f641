"""A fleet that lives a script by the rules alone, in memory, and the record that it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID, uuid5

from governance.backtest.deciding import recorded
from governance.backtest.past import engine_of
from governance.backtest.record import (
    NO_BASIS,
    ActStep,
    AgentStart,
    DecisionStep,
    Measured,
    OutcomeStep,
    Place,
    Step,
    agent_start,
)
from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.arrival import jitter_drawn, outcome_arrive, release_awaited
from governance.domain.asking import breaker_asked, probe_asked, standing_asked
from governance.domain.backtest.answers import Ending
from governance.domain.class_rates import class_key
from governance.domain.facts import GateRequest, Mandate, MoneyFacts, TaskFacts, ToolEntry
from governance.domain.gate import gate_decide
from governance.domain.history import Act, act_made
from governance.domain.moves import IllegalMoveError
from governance.domain.outcome_fact import OutcomeFact
from governance.domain.policy import Policy
from governance.domain.probation import probe_leased
from governance.domain.settling import Settled
from governance.domain.transitions import BreakerMove, BreakerMoved, BreakerReason, Transition
from governance.domain.types import (
    BlastLevel,
    BreakerMode,
    Enforcement,
    Environment,
    Result,
    TaskType,
    Verdict,
)
from governance.replay.deadlines import Deadlines
from governance.replay.facts import view_of
from governance.replay.fleet import SeenAgents

START_S = 1_772_452_800.0
TOOLS = {
    "read": {"W": "N", "R": "A", "X": "N", "D": "I"},
    "refund": {"W": "M", "R": "H", "X": "P", "D": "C"},
}
_PEOPLE = {
    "freeze": BreakerMove.FORCED_OPEN,
    "release": BreakerMove.RELEASED,
    "early": BreakerMove.RELEASED_EARLY,
}
_IDS = UUID("5b0c2d53-6c3d-4d3a-9a43-5b3f5a0c7e11")
_LIMIT_S = 600.0


class Event(NamedTuple):
    """After ``wait_s`` an agent asks for a task, which ends ``takes_s`` later; or people act."""

    wait_s: float
    agent: int
    does: str  # a tool; "history", "freeze", "release", "early": a release before its time
    result: Result = Result.SUCCESS
    takes_s: float = 10.0
    cost_usd: float = 0.1


@dataclass
class Living:
    """One agent while it lives."""

    number: int
    key: str
    state: AgentState = field(default_factory=agent_state_new)
    facts: int = 0
    awaits_release: bool = False

    def settle(self, settled: Settled) -> None:
        self.facts += 1
        self.state = settled.state


@dataclass
class Lived:
    """The record of a life: a `governance.backtest.record.Record`."""

    agents: Sequence[AgentStart]
    policies: Mapping[int, Policy]
    done: list[Step]
    until_s: float
    since_s: float = START_S

    @property
    def total(self) -> int:
        return len(self.done)

    def steps(self) -> Iterator[Step]:
        return iter(self.done)

    def answers(self) -> dict[UUID, tuple[object, ...]]:
        """Return what the gate answered, by task, as a backtest tells it."""
        found = [step for step in self.done if isinstance(step, DecisionStep)]
        return {one.task: tuple(one.recorded[1:]) for one in found}


class Life:
    """A fleet under one policy."""

    def __init__(self, policy: Policy, *, agents: int, shadow: bool) -> None:
        self.policy, self.engine = policy, engine_of(policy)
        self.agents = [Living(number, f"agent-{number}") for number in range(agents)]
        self.shadow = shadow
        self.seen = SeenAgents()
        self.deadlines = Deadlines(self.agents, self.seen, self.engine, self._by_clock)
        self.steps: list[Step] = []
        self.trips: list[tuple[str, float]] = []
        self.now_s = START_S

    def live(self, script: Sequence[Event]) -> Lived:
        for place, event in enumerate(script):
            self._forward(event.wait_s)
            agent = self.agents[event.agent]
            if event.does in _PEOPLE:
                self._people(agent, event.does)
            elif event.does == "history":
                self._report(agent, event, None, began_s=self.now_s - event.takes_s)
            else:
                self._ask(agent, event, uuid5(_IDS, str(place)))
        self._forward(1.0)
        starts = [
            agent_start(agent.key, "owner")._replace(in_shadow=self.shadow) for agent in self.agents
        ]
        return Lived(starts, {1: self.policy}, self.steps, self.now_s)

    def _forward(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while self.deadlines.due_s <= until_s:
            self.deadlines.sweep()
        self.now_s = until_s

    def _ask(self, agent: Living, event: Event, task: UUID) -> None:
        request = self._question(agent, event.does, task)
        decision = gate_decide(request, self.policy, now_s=self.now_s)
        ran = decision.verdict is not Verdict.DENY
        self.seen.see(agent.number, self.now_s)
        self.deadlines.touch(self.now_s)
        self.steps.append(
            DecisionStep(
                self.now_s,
                agent.number,
                task,
                task,
                "owner",
                request,
                recorded(decision),
                1,
                Ending.OPEN if ran else Ending.DENIED,
                _LIMIT_S,
            )
        )
        if decision.is_probe:
            breaker = agent.state.breaker
            leased = probe_leased(
                breaker.probation,
                str(task),
                now_s=self.now_s,
                time_limit_s=_LIMIT_S,
                policy=self.policy.breaker,
            )
            agent.state = agent.state.with_breaker(breaker._replace(probation=leased))
        if ran:
            began_s = self.now_s
            self._forward(event.takes_s)
            self._report(agent, event, task, began_s=began_s, is_probe=decision.is_probe)

    def _question(self, agent: Living, tool: str, task: UUID) -> GateRequest:
        return GateRequest(
            standing=standing_asked(
                agent.state, self.policy.trust, trust=None, penal_until_s=None, now_s=self.now_s
            ),
            breaker=breaker_asked(
                agent.state, mode=BreakerMode.ENFORCE, is_paused=False, paused_until_s=None
            ),
            task=TaskFacts(
                environment=Environment.PRODUCTION,
                operation=f"shop.{tool}",
                tool=tool,
                tool_entry=ToolEntry(name=tool, confirmed=TOOLS[tool]),
            ),
            money=MoneyFacts(),
            mandate=Mandate(tools=("*",), environments=(Environment.PRODUCTION,)),
            probe_available=probe_asked(agent.state, str(task), now_s=self.now_s),
            enforcement=Enforcement.SHADOW if self.shadow else Enforcement.ENFORCE,
        )

    def _report(
        self,
        agent: Living,
        event: Event,
        task: UUID | None,
        *,
        began_s: float,
        is_probe: bool = False,
    ) -> None:
        fact = OutcomeFact(
            self.now_s,
            self.now_s,
            event.result,
            TaskType.STATELESS,
            BlastLevel.LOW,
            f"person:{len(self.steps) % 3}",
            False,
            False,
            event.cost_usd,
            None,
            event.takes_s,
            None,
            False,
            str(task) if is_probe else None,
        )
        agent.facts += 1
        key = class_key(fact.task_type, fact.level)
        arrived = outcome_arrive(
            agent.state,
            fact,
            view_of(NO_BASIS.fleet, NO_BASIS.kin, key, NO_BASIS.part, self.engine),
            self.engine,
            began_s=began_s,
            awaits_release=agent.awaits_release,
            jitter=jitter_drawn(agent.key, agent.facts),
            share=lambda: self.seen.share(agent, self.now_s),
        )
        agent.state = arrived.state
        self.seen.see(agent.number, self.now_s)
        moves = [each for each in arrived.transitions if isinstance(each, BreakerMoved)]
        judged = arrived.judgement
        self.steps.append(
            OutcomeStep(
                self.now_s,
                agent.number,
                agent.facts,
                fact._replace(late=arrived.late),
                began_s,
                NO_BASIS,
                1,
                Measured(judged.expected, judged.weight, judged.normal),
                task,
                _supervised(moves),
                _place(moves),
            )
        )
        self._took(agent, arrived.transitions)
        if arrived.transitions:
            self.deadlines.follow(agent, self.now_s)
        else:
            self.deadlines.touch(self.now_s)

    def _people(self, agent: Living, does: str) -> None:
        number = agent.facts + 1
        act = Act(
            number, _PEOPLE[does], BreakerReason.MANUAL, "Odd.", self.now_s, None, self.engine
        )
        try:
            settled = act_made(agent.state, act, agent_id=agent.key)
        except IllegalMoveError:
            return
        agent.settle(settled)
        self._acted(agent, act, settled.transitions)
        self._took(agent, settled.transitions)
        self.deadlines.follow(agent, self.now_s)

    def _by_clock(self, agent: Living, transitions: tuple[Transition, ...]) -> None:
        moved = transitions[0]
        assert isinstance(moved, BreakerMoved)
        act = Act(
            agent.facts, moved.move, moved.reason, moved.sentence, moved.at_s, None, self.engine
        )
        self._acted(agent, act, transitions)
        self._took(agent, transitions)

    def _acted(self, agent: Living, act: Act, transitions: tuple[Transition, ...]) -> None:
        moves = [each for each in transitions if isinstance(each, BreakerMoved)]
        self.steps.append(ActStep(act.at_s, agent.number, act, _place(moves)))

    def _took(self, agent: Living, transitions: tuple[Transition, ...]) -> None:
        told = tuple(self._as_told(each) for each in transitions)
        agent.awaits_release = release_awaited(agent.awaits_release, told)
        self.seen.follow(agent)
        self.trips += [
            (agent.key, each.at_s)
            for each in transitions
            if isinstance(each, BreakerMoved) and each.move in _FREEZES
        ]

    def _as_told(self, each: Transition) -> Transition:
        by_people = isinstance(each, BreakerMoved) and each.reason is BreakerReason.MANUAL
        if self.shadow and isinstance(each, BreakerMoved) and not by_people:
            return replace(each, enforced=False)
        return each


_FREEZES = {
    BreakerMove.TRIPPED,
    BreakerMove.LATCHED,
    BreakerMove.PROBATION_FAILED,
    BreakerMove.STARVED,
}


def _supervised(moves: Sequence[BreakerMoved]) -> bool | None:
    settled = [each for each in moves if each.move in {BreakerMove.TRIPPED, BreakerMove.OVERFLOW}]
    return settled[-1].move is BreakerMove.OVERFLOW if settled else None


def _place(moves: Sequence[BreakerMoved]) -> Place | None:
    if not moves:
        return None
    return Place(moves[-1].state_after, moves[-1].hold_after, moves[-1].at_s)
