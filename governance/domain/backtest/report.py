"""What a backtest found, as one value: facts, bounds where it tightens, unknown where it loosens.

Every figure exists for the whole window and for each half: settings are chosen on the first half,
and what is reported comes from the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from governance.domain.backtest.answers import Asks, Ending, Kind
from governance.domain.backtest.figures import Figures
from governance.domain.types import BlastLevel, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A setting that the draft changes; values are JSON values."""

    path: str
    before: str | float | int | bool
    after: str | float | int | bool
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReplayed:
    """A changed setting that the replay says nothing of, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Why decisions could not be compared, and how many."""

    why: str
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the record was decided again.

    ``decisions`` = ``compared`` + what ``left_out`` counts; ``examples`` are ids of the latter.
    """

    decisions: int
    compared: int
    left_out: tuple[LeftOut, ...]
    examples: tuple[UUID, ...]


class Frozen(StrEnum):
    """How an agent's first freeze differs under the draft."""

    NEWLY = "newly"
    EARLIER = "earlier"
    LATER = "later"
    NO_LONGER = "no_longer"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFrozen:
    """An agent whose first freeze in the window differs; times in epoch seconds, None for never.

    ``sentence`` is the draft's reason, the base's where the draft freezes it no longer.
    """

    agent: str
    how: Frozen
    base_s: float | None
    draft_s: float | None
    base_trips: int
    draft_trips: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierMove:
    """How many agents end in one tier by the base and in another by the draft."""

    base: Tier
    draft: Tier
    agents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTier:
    """An agent that ends the window in another tier."""

    agent: str
    base: Tier
    draft: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One decision answered otherwise, with both answers and the sentences that decided."""

    decision_id: UUID
    task_id: UUID
    agent: str
    owner: str
    at_s: float
    kind: Kind
    level: BlastLevel
    base: Asks
    draft: Asks
    base_reason: str
    draft_reason: str
    base_tier: Tier
    draft_tier: Tier
    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """What the draft would have done to the recorded history, beside version ``base_number``.

    ``tries`` counts the settings tried on this window, this one included. Lists are cut: ``cases``
    to the ten most changed, ``frozen`` and ``tiers`` to those named first; counts are whole.
    ``unplayed`` counts what people and critical events did to agents that stood elsewhere under the
    draft, so that it could not be done there.
    """

    base_number: int
    tries: int
    changes: tuple[FieldChange, ...]
    not_replayed: tuple[NotReplayed, ...]
    coverage: Coverage
    whole: Figures
    first: Figures
    second: Figures
    frozen: tuple[AgentFrozen, ...]
    agents: int
    tier_moves: tuple[TierMove, ...]
    tiers: tuple[AgentTier, ...]
    cases: tuple[Case, ...]
    unplayed: int = 0
