"""Which agents each policy freezes, when first, and in which tier they end."""

from __future__ import annotations

from collections import Counter

from governance.domain.backtest.answers import Side
from governance.domain.backtest.figures import Freezes
from governance.domain.backtest.report import AgentFrozen, AgentTier, Frozen, TierMove
from governance.domain.types import Tier

AGENTS_LISTED = 20
_FIRST = {Frozen.NEWLY: 0, Frozen.NO_LONGER: 1, Frozen.EARLIER: 2, Frozen.LATER: 3}


class TripCounts:
    """Freezes of one part of the window; grows with agents, never with decisions."""

    def __init__(self) -> None:
        self._trips: dict[Side, Counter[str]] = {side: Counter() for side in Side}
        self._first: dict[Side, dict[str, tuple[float, str]]] = {side: {} for side in Side}

    def add(self, side: Side, agent: str, at_s: float, sentence: str) -> None:
        """Count one freeze; they arrive in the order of time."""
        self._trips[side][agent] += 1
        self._first[side].setdefault(agent, (at_s, sentence))

    def told(self) -> Freezes:
        """Return the counts."""
        hows = Counter(self._how(agent) for agent in self._agents())
        return Freezes(
            base=self._trips[Side.BASE].total(),
            draft=self._trips[Side.DRAFT].total(),
            earlier=hows[Frozen.EARLIER],
            later=hows[Frozen.LATER],
            same=hows[None],
            newly=hows[Frozen.NEWLY],
            no_longer=hows[Frozen.NO_LONGER],
        )

    def listed(self) -> tuple[AgentFrozen, ...]:
        """Return agents whose first freeze differs: newly frozen first, then by time."""
        found = [
            self._listed(agent, how)
            for agent in self._agents()
            if (how := self._how(agent)) is not None
        ]
        found.sort(key=lambda each: (_FIRST[each.how], each.draft_s or each.base_s, each.agent))
        return tuple(found[:AGENTS_LISTED])

    def _agents(self) -> list[str]:
        return sorted({*self._first[Side.BASE], *self._first[Side.DRAFT]})

    def _how(self, agent: str) -> Frozen | None:
        base, draft = (self._first[side].get(agent) for side in Side)
        if base is None:
            return Frozen.NEWLY
        if draft is None:
            return Frozen.NO_LONGER
        if base[0] == draft[0]:
            return None
        return Frozen.EARLIER if draft[0] < base[0] else Frozen.LATER

    def _listed(self, agent: str, how: Frozen) -> AgentFrozen:
        base, draft = (self._first[side].get(agent) for side in Side)
        _, sentence = draft or base or (0.0, "")
        return AgentFrozen(
            agent=agent,
            how=how,
            base_s=base[0] if base else None,
            draft_s=draft[0] if draft else None,
            base_trips=self._trips[Side.BASE][agent],
            draft_trips=self._trips[Side.DRAFT][agent],
            sentence=sentence,
        )


class TierCounts:
    """In which tiers agents end the window by each policy."""

    def __init__(self) -> None:
        self._stood: dict[str, tuple[Tier, Tier]] = {}

    def stood(self, agent: str, base: Tier, draft: Tier) -> None:
        """Note where an agent ends."""
        self._stood[agent] = (base, draft)

    @property
    def agents(self) -> int:
        """Return how many agents there are."""
        return len(self._stood)

    def moves(self) -> tuple[TierMove, ...]:
        """Return how many agents end in another tier, from which to which, most first."""
        counts = Counter(pair for pair in self._stood.values() if pair[0] is not pair[1])
        ranked = sorted(
            counts.items(), key=lambda each: (-each[1], each[0][0].rank, each[0][1].rank)
        )
        return tuple(
            TierMove(base=base, draft=draft, agents=count) for (base, draft), count in ranked
        )

    def listed(self) -> tuple[AgentTier, ...]:
        """Return agents that end in another tier: the farthest first, falls before rises."""
        moved = [
            AgentTier(agent=agent, base=base, draft=draft)
            for agent, (base, draft) in self._stood.items()
            if base is not draft
        ]
        moved.sort(key=lambda one: (-abs(_fall(one)), -_fall(one), one.agent))
        return tuple(moved[:AGENTS_LISTED])


def _fall(moved: AgentTier) -> int:
    return moved.draft.rank - moved.base.rank
