"""One agent on its way through a record under one policy."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from governance.backtest.record import AgentStart, Place, place_of
from governance.domain.agent_state import AgentState
from governance.domain.arrival import release_awaited
from governance.domain.refolding import Refolding
from governance.domain.settling import Settled
from governance.domain.transitions import BreakerMoved, Transition
from governance.domain.types import BreakerState


class Followed:
    """An agent's state under a policy, with what the live system keeps beside it.

    ``number`` is its place among the record's agents, ``key`` what its jitter is drawn with,
    ``facts`` the number of its newest fact. ``is_with`` says that its breaker stands where the
    record has it, for the same reasons: what the clock and people did then happens to it too.
    """

    __slots__ = (
        "awaits_release",
        "facts",
        "folding",
        "frozen_s",
        "is_with",
        "key",
        "number",
        "place",
    )

    def __init__(self, number: int, start: AgentStart, folding: Refolding) -> None:
        self.number, self.key = number, start.key
        self.folding = folding
        self.facts = start.fact
        self.awaits_release = start.awaits_release
        self.place = place_of(folding.state.breaker)
        self.is_with = True
        # From when to when a freeze that the record does not have keeps work from running.
        self.frozen_s = (inf, inf)

    def copied(self) -> Followed:
        """Return the agent as it is, to go on by itself."""
        other = Followed.__new__(Followed)
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        other.folding = self.folding.copied()
        return other

    @property
    def state(self) -> AgentState:
        """Return the state after the newest fact."""
        return self.folding.state

    def settle(self, settled: Settled) -> None:
        """Take over a move that no outcome made, as one more fact."""
        self.facts += 1
        self.folding.settle(settled)

    def moved(
        self, transitions: tuple[Transition, ...], *, recorded: Place, in_shadow: bool
    ) -> None:
        """Take over what follows from transitions beside the state.

        Args:
            transitions: in order.
            recorded: where the record has the breaker after the same fact.
            in_shadow: what is found about the agent is only recorded, so it asks nobody.
        """
        moves = [each for each in transitions if isinstance(each, BreakerMoved)]
        if not moves:
            return
        if not in_shadow:
            self.awaits_release = release_awaited(self.awaits_release, moves)
            self._freezes(moves, recorded)
        last = moves[-1]
        self.place = Place(last.state_after, last.hold_after, last.at_s)

    def keeps(self, began_s: float) -> bool:
        """Return whether a freeze of its own keeps a task from running that began then."""
        since_s, until_s = self.frozen_s
        return since_s <= began_s < until_s

    def _freezes(self, moves: Iterable[BreakerMoved], recorded: Place) -> None:
        for each in moves:
            is_open = each.state_after is BreakerState.OPEN
            if is_open and each.enforced and recorded.state is not BreakerState.OPEN:
                self.frozen_s = (each.at_s, inf)
            elif not is_open and self.frozen_s[1] == inf:
                self.frozen_s = (self.frozen_s[0], each.at_s)
