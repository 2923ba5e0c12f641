"""A tally that also keeps every word it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.backtest.answers import Side
from governance.domain.backtest.tally import BacktestTally

if TYPE_CHECKING:
    from uuid import UUID

    from governance.domain.backtest.answers import Answer, Compared, Ending
    from governance.domain.types import Tier


class Noted(BacktestTally):
    """A tally that keeps every word it is told, for tests to look at."""

    def __init__(self, *, since_s: float, until_s: float) -> None:
        super().__init__(since_s=since_s, until_s=until_s)
        self.pairs: list[Compared] = []
        self.endings: list[tuple[str, Ending]] = []
        self.trips: list[tuple[Side, str, float]] = []
        self.tiers: list[tuple[Side, str, Tier, Tier]] = []
        self.at_end: dict[str, tuple[Tier, Tier]] = {}
        self.left_out: list[tuple[UUID, str]] = []
        self.acts_left_out = 0

    def compared(self, one: Compared) -> None:
        super().compared(one)
        self.pairs.append(one)

    def ended(self, agent: str, at_s: float, ending: Ending) -> None:
        super().ended(agent, at_s, ending)
        self.endings.append((agent, ending))

    def tripped(self, side: Side, agent: str, at_s: float, sentence: str) -> None:
        super().tripped(side, agent, at_s, sentence)
        self.trips.append((side, agent, at_s))

    def tier_changed(self, side: Side, agent: str, at_s: float, before: Tier, after: Tier) -> None:
        super().tier_changed(side, agent, at_s, before, after)
        self.tiers.append((side, agent, before, after))

    def stood(self, agent: str, base: Tier, draft: Tier) -> None:
        super().stood(agent, base, draft)
        self.at_end[agent] = (base, draft)

    def unreplayable(self, decision_id: UUID, why: str) -> None:
        super().unreplayable(decision_id, why)
        self.left_out.append((decision_id, why))

    def unplayed(self, acts: int) -> None:
        super().unplayed(acts)
        self.acts_left_out += acts

    def changed(self) -> list[Compared]:
        return [one for one in self.pairs if one.base != one.draft]

    def answers(self, side: Side) -> dict[UUID, tuple[object, ...]]:
        """Return one side's answers by task: verdict, tier, preset, level, approvals."""
        return {
            one.task_id: _told(one.base if side is Side.BASE else one.draft) for one in self.pairs
        }

    def frozen(self, side: Side) -> list[tuple[str, float]]:
        """Return one side's freezes, by agent and time."""
        return sorted((agent, at_s) for of, agent, at_s in self.trips if of is side)


def _told(answer: Answer) -> tuple[object, ...]:
    return (answer.would_be, answer.tier, answer.preset, answer.level, answer.approvals)
