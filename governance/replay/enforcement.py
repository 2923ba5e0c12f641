"""What enforced freezes would have kept from running: the work that ``--enforce`` drops."""

from __future__ import annotations

from governance.domain.transitions import BreakerMoved, Transition
from governance.domain.types import BlastLevel, BreakerState
from governance.replay.fleet import ReplayedAgent

_FOREVER = float("inf")


class Enforcement:
    """Which recorded tasks the gate would have denied because their agent was frozen.

    A task counts by when it began: one that ran already when the freeze came is not held. On
    probation only one task of level LOW runs at a time.
    """

    def __init__(self) -> None:
        self._frozen: dict[int, tuple[float, float]] = {}
        self._probe_until_s: dict[int, float] = {}

    def follow(self, agent: ReplayedAgent, transitions: tuple[Transition, ...]) -> None:
        """Take over when a freeze began or ended."""
        for each in transitions:
            if not isinstance(each, BreakerMoved) or not each.enforced:
                continue
            if each.state_after is BreakerState.OPEN:
                self._frozen[agent.number] = (each.at_s, _FOREVER)
                self._probe_until_s.pop(agent.number, None)
            elif each.state_before is BreakerState.OPEN:
                since_s, _ = self._frozen[agent.number]
                self._frozen[agent.number] = (since_s, each.at_s)

    def holds(
        self, agent: ReplayedAgent, *, level: BlastLevel, began_s: float, ended_s: float
    ) -> bool:
        """Return whether the task would not have run; one that runs as a probe takes its place."""
        frozen = self._frozen.get(agent.number)
        if frozen is None or began_s < frozen[0]:
            return False
        if began_s < frozen[1]:
            return True
        if agent.state.breaker.state is not BreakerState.HALF_OPEN:
            return False
        if level is not BlastLevel.LOW or began_s < self._probe_until_s.get(agent.number, began_s):
            return True
        self._probe_until_s[agent.number] = ended_s
        return False
