"""What callers are told about agents, tools and the fleet."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID


class MandateShown(TypedDict):
    """What the agent is meant to do."""

    tools: list[str]
    environments: list[str]
    level: str


class TrustShown(TypedDict):
    """The score with its 10 to 90 % band, null while there are too few outcomes."""

    score: float | None
    low: float | None
    high: float | None
    outcomes: int


class BreakerShown(TypedDict):
    """Whether the agent is frozen, since which trip, and who holds it."""

    state: str
    hold: str
    hold_origin: str
    mode: str
    level: int
    frozen_until: datetime | None


class PauseShown(TypedDict):
    """Who paused the agent and why."""

    at: datetime
    by: str
    reason: str
    until: datetime | None


class PresetShown(TypedDict):
    """The preset that the agent's tier gives one task type, and its limits."""

    preset: str
    budget_factor: float
    parallel: int
    audit_probability: float
    tax_share: float


class AccountShown(TypedDict):
    """What the agent earned, spent and passed on, in dollars; it may be 30 s behind the reports.

    balance is earned and received, less spent, sent, taxed and penalised; since is null while
    nothing is booked.
    """

    balance_usd: str
    earned_usd: str
    received_usd: str
    spent_usd: str
    sent_usd: str
    taxed_usd: str
    penalised_usd: str
    entries: int
    since: datetime | None


class PenaltyShown(TypedDict):
    """What a confirmed ring imposes: tier low and a share of budget_usd, in [0, 1], until."""

    until: datetime
    budget_share: float
    ring_id: UUID | None


class AgentShown(TypedDict):
    """An agent: who it is, what it has earned, and what it may use by task type.

    tier sets the limits: what the agent has earned, but low while a penalty stands.
    """

    id: UUID
    external_id: str
    name: str
    owner: str
    template: str
    model: str
    mandate: MandateShown
    budget_usd: str | None
    trust: TrustShown
    tier: str
    penalty: PenaltyShown | None
    account: AccountShown
    breaker: BreakerShown
    paused: PauseShown | None
    limits: dict[str, PresetShown]
    policy_version: int
    last_seen_at: datetime | None
    created_at: datetime


class ToolShown(TypedDict):
    """A tool: what was proposed, and what is in force since an admin confirmed it."""

    id: UUID
    name: str
    status: str
    sha256: str
    proposed: dict[str, Any]
    confirmed: dict[str, Any] | None
    hints: list[str]
    confirmed_by: str | None
    confirmed_at: datetime | None
    updated_at: datetime


class ToolsShown(TypedDict):
    """The tool registry, by name."""

    tools: list[ToolShown]


class FleetShown(TypedDict):
    """Whether the fleet is halted, by whom and why."""

    fleet: str
    is_halted: bool
    halted_at: datetime | None
    halted_by: str | None
    reason: str | None
