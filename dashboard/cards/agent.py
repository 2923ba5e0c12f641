"""The agent that asks: what it is trusted with and what it did before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dashboard.cards.marks import PenaltyNote, TrustBand
from dashboard.cards.trust_week import TrustWeek
from dashboard.display.wording import Mark, result_mark


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLine:
    """One finished task of the agent; `decision` is empty where no person was asked."""

    at: datetime
    title: str
    result: str
    cost_usd: Decimal | None = None
    decision: Mark | None = None

    @property
    def result_mark(self) -> Mark:
        """Return the word of the outcome; its tone is success, partial, failure or neutral."""
        return result_mark(self.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCard:
    """The agent behind a ticket.

    `components` are success, budget and consistency in [0, 1] by name, empty when too little is
    known. `outcomes` are newest first; `breaker_note` says why a breaker is not closed. `url` leads
    to the agent's page. `asked_note` says, once a ticket is settled, what people knew of the
    agent. A card that `is_blind` shows nothing that the agent has earned: whoever judges its
    work is not to know.
    """

    name: str
    external_id: str
    owner: str
    trust: TrustBand
    breaker: Mark
    outcomes: tuple[OutcomeLine, ...] = ()
    components: tuple[tuple[str, float], ...] = ()
    template: str = ""
    model: str = ""
    breaker_note: str = ""
    budget_usd: Decimal | None = None
    spent_usd: Decimal | None = None
    url: str = ""
    asked_note: str = ""
    penalty: PenaltyNote | None = None
    is_blind: bool = False
    week: TrustWeek | None = None

    @property
    def outcomes_oldest_first(self) -> tuple[OutcomeLine, ...]:
        """Return the outcomes in the order in which they are drawn."""
        return self.outcomes[::-1]
