"""What time alone brings about in a replay: freezes and probation end, supervision is reviewed.

The live sweeper looks every two seconds; here it looks at the same beats of recorded time.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from governance.domain.agent_state import AgentState
from governance.domain.arrival import jitter_drawn
from governance.domain.breaker_fold import EnginePolicy
from governance.domain.engine import Settled, agent_due, supervision_review
from governance.domain.transitions import Transition
from governance.domain.types import BreakerState, Hold
from governance.replay.fleet import SeenAgents, TimedAgent

SWEEP_S = 2.0
NEVER = math.inf
Agent = TypeVar("Agent", bound=TimedAgent)


class Deadlines(Generic[Agent]):
    """The breakers that time will move; ``due_s`` is the next beat with something to do."""

    def __init__(
        self,
        agents: Sequence[Agent],
        seen: SeenAgents,
        policy: EnginePolicy,
        moved: Callable[[Agent, tuple[Transition, ...]], object],
    ) -> None:
        self.due_s = NEVER
        self._agents, self._seen, self._policy, self._moved = agents, seen, policy, moved
        self._heap: list[tuple[float, int]] = []
        self._supervised: set[int] = set()
        self._left: set[int] = set()
        self._review_s = NEVER

    def leave(self, agent: Agent) -> None:
        """Move an agent no longer by time, until it is followed again."""
        self._left.add(agent.number)
        self._supervised.discard(agent.number)

    def follow(self, agent: Agent, now_s: float) -> None:
        """Take over what an agent's breaker waits for, after it moved."""
        breaker = agent.state.breaker
        self._left.discard(agent.number)
        if breaker.hold is Hold.SUPERVISED:
            self._supervised.add(agent.number)
        else:
            self._supervised.discard(agent.number)
        due_s = _move_due_s(agent.state, self._policy)
        if due_s is not None:
            heapq.heappush(self._heap, (_beat(due_s), agent.number))
        self.touch(now_s)
        self._look_ahead()

    def touch(self, now_s: float) -> None:
        """Have supervised agents reviewed at the next beat, because something changed."""
        if self._supervised:
            self._review_s = min(self._review_s, _beat(now_s, after=True))
            self._look_ahead()

    def sweep(self) -> None:
        """Make every move that is due at the next beat."""
        now_s = self.due_s
        while self._heap and self._heap[0][0] <= now_s:
            _, number = heapq.heappop(self._heap)
            if number in self._left:
                continue
            agent = self._agents[number]
            jitter, blocked = self._jitter(agent), agent.awaits_release
            settled = agent_due(
                agent.state, self._policy, now_s=now_s, jitter=jitter, blocked=blocked
            )
            self._settle(agent, settled, now_s)
        self._review_s = NEVER
        # Whatever a sweep was made for, it looks at everybody.
        self._review(now_s)
        self._look_ahead()

    def _review(self, now_s: float) -> None:
        for number in sorted(self._supervised):
            agent = self._agents[number]
            frozen, eligible = self._seen.share(agent, now_s)
            settled = supervision_review(
                agent.state,
                self._policy,
                frozen=frozen,
                eligible=eligible,
                now_s=now_s,
                jitter=self._jitter(agent),
            )
            self._settle(agent, settled, now_s)

    def _settle(self, agent: Agent, settled: Settled | None, now_s: float) -> None:
        if settled is None:
            return
        agent.settle(settled)
        self._moved(agent, settled.transitions)
        self.follow(agent, now_s)

    def _look_ahead(self) -> None:
        self.due_s = min(self._review_s, self._heap[0][0] if self._heap else NEVER)

    def _jitter(self, agent: Agent) -> float:
        return jitter_drawn(agent.key, agent.facts + 1)


def _move_due_s(state: AgentState, policy: EnginePolicy) -> float | None:
    """Return when time moves a breaker, in epoch seconds, or None if it never does."""
    breaker = state.breaker
    if breaker.hold is not Hold.NONE:
        return None
    if breaker.state is BreakerState.OPEN:
        return breaker.frozen_until_s
    if breaker.state is BreakerState.HALF_OPEN and breaker.probation.since_s is not None:
        return breaker.probation.since_s + policy.breaker.probation_limit_h * 3600.0
    return None


def _beat(at_s: float, *, after: bool = False) -> float:
    """Return the first beat at ``at_s`` or later; ``after`` asks for one that is later."""
    beat_s = math.ceil(at_s / SWEEP_S) * SWEEP_S
    return beat_s + SWEEP_S if after and beat_s <= at_s else beat_s
