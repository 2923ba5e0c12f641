"""The agents of a replay, and how much of the fleet is frozen at a moment of recorded time."""

from __future__ import annotations

from typing import Protocol

from governance.domain.agent_state import AgentState, agent_state_new
from governance.domain.priors import group_names
from governance.domain.settling import Settled
from governance.domain.types import BreakerState, Hold
from governance.replay.facts import Kinship
from governance.replay.history import AgentNamed

_DAY_S = 86_400.0
# The live gate remembers when an agent was last seen to the minute.
_SEEN_STEP_S = 60.0


class TimedAgent(Protocol):
    """An agent that time may move: its place among the others, its state, and what was folded.

    ``key`` and ``facts``, the number of facts so far, draw the lengths of freezes.
    """

    @property
    def number(self) -> int:
        """Return the agent's place."""

    @property
    def key(self) -> str:
        """Return what its jitter is drawn with."""

    @property
    def state(self) -> AgentState:
        """Return its state after the newest fact."""

    @property
    def facts(self) -> int:
        """Return how many facts it has."""

    @property
    def awaits_release(self) -> bool:
        """Return whether people would have to release it."""

    def settle(self, settled: Settled) -> None:
        """Take over a move that time made, as one more fact."""


class ReplayedAgent:
    """One agent's state with what the live system keeps beside it.

    ``facts`` counts what was folded and moved, ``awaits_release`` says that people would have to
    release it, ``held`` counts what a freeze would have stopped.
    """

    __slots__ = ("awaits_release", "facts", "held", "key", "kin", "number", "state")

    def __init__(self, number: int, named: AgentNamed) -> None:
        self.number = number
        groups = group_names(named.owner, named.template) if named.owner else ()
        self.kin = Kinship(named.name, groups)
        self.key = named.key
        self.state: AgentState = agent_state_new()
        self.facts = 0
        self.held = 0
        self.awaits_release = False

    @property
    def name(self) -> str:
        """Return the agent's name."""
        return self.kin.name

    def settle(self, settled: Settled) -> None:
        """Take over a move that time made, as one more fact."""
        self.facts += 1
        self.state = settled.state


class SeenAgents:
    """Which agents were seen within 24 h, and which of them the detector has frozen."""

    def __init__(self) -> None:
        # In the order they were last seen, which the order of outcomes keeps sorted.
        self._seen: dict[int, float] = {}
        self._frozen: set[int] = set()

    @property
    def frozen(self) -> set[int]:
        """Return the places of those the detector has frozen."""
        return self._frozen

    def see(self, agent: int, at_s: float) -> None:
        """Remember that an agent asked or reported."""
        before = self._seen.get(agent)
        if before is None:
            self._seen[agent] = at_s
        elif at_s - before >= _SEEN_STEP_S:
            del self._seen[agent]
            self._seen[agent] = at_s

    def follow(self, agent: TimedAgent) -> None:
        """Take over whether the detector has frozen an agent."""
        breaker = agent.state.breaker
        if breaker.state is BreakerState.OPEN and breaker.hold is not Hold.FORCED_OPEN:
            self._frozen.add(agent.number)
        else:
            self._frozen.discard(agent.number)

    def share(self, agent: TimedAgent, now_s: float) -> tuple[int, int]:
        """Return (frozen, eligible) as the live guard counts them, ``agent`` not as frozen."""
        since_s = now_s - _DAY_S
        while self._seen:
            number = next(iter(self._seen))
            if self._seen[number] > since_s:
                break
            del self._seen[number]
        frozen = sum(number in self._seen for number in self._frozen - {agent.number})
        return frozen, len(self._seen) + (agent.number not in self._seen)
