"""Everything a decision of the gate rests on, as plain values that can be stored and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from governance.domain.types import (
    Approval,
    BlastLevel,
    BreakerMode,
    BreakerState,
    Enforcement,
    Environment,
    Hold,
    HoldOrigin,
    TaskType,
    Tier,
)

ZERO_USD = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStanding:
    """What the agent has earned: tier, score in [0, 1] or None under 10 outcomes, outcomes.

    ``penal_until_s`` is until when it stays at tier low because collusion was confirmed.
    """

    tier: Tier
    trust: float | None
    outcomes: int
    penal_until_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerView:
    """The four independent fields of a breaker as the gate sees them."""

    state: BreakerState = BreakerState.CLOSED
    hold: Hold = Hold.NONE
    hold_origin: HoldOrigin = HoldOrigin.NONE
    mode: BreakerMode = BreakerMode.ENFORCE
    is_paused: bool = False
    paused_until_s: float | None = None
    frozen_until_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the orchestrator says about the structure; None is "not said".

    ``agents`` counts everyone taking part, this agent included: 1 means alone. ``steps`` are the
    dependent steps of this task, ``delegations`` the pieces it hands to others.
    """

    steps: int | None = None
    agents: int | None = None
    delegations: int | None = None
    keeps_state: bool = False
    shares_state: bool = False
    talks_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What the rest of the run has done: distinct agents, this one included, and steps.

    ``tainted_input`` names the nearest task above whose output is not to be relied on; None where
    there is none, or a person has let the task go on knowing it. ``ring_partner`` names the agent
    above that is accused of collusion together with this one.
    """

    agents: int = 1
    steps: int = 0
    tainted_input: str | None = None
    ring_partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEntry:
    """A registered tool: metric letters W, R, X, D that an admin confirmed, or None so far."""

    name: str
    confirmed: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """This agent x operation x tool in the last 30 days: tasks, metrics and type at the 90th
    percentile (`usual_work`)."""

    tasks: int
    metrics: Mapping[str, str] = field(default_factory=dict)
    task_type: TaskType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Totals that a running task has reported; ``tools`` are those beyond the task's own."""

    spent_usd: Decimal = ZERO_USD
    steps: int = 0
    agents_spawned: int = 0
    tools: tuple[ToolEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """The task: what it does, where, with which tool, and what is known or declared about it."""

    environment: Environment
    operation: str
    tool: str
    title: str = ""
    tool_entry: ToolEntry | None = None
    declared_type: TaskType | None = None
    declared_blast: Mapping[str, str] = field(default_factory=dict)
    channel_input: str | None = None
    plan: Plan = field(default_factory=Plan)
    lineage: Lineage = field(default_factory=Lineage)
    history: History | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFacts:
    """Budgets and spending in dollars.

    ``month_spent_usd`` is what the agent spent in this calendar month (UTC); the lineage's and
    the owner's sums cover the policy's money window and leave this task out; the owner's is only
    taken for a task that has money at stake. Without ``owner_budget_usd`` it is measured against
    this agent's budget.
    """

    task_budget_usd: Decimal | None = None
    month_budget_usd: Decimal | None = None
    month_spent_usd: Decimal = ZERO_USD
    lineage_spent_usd: Decimal = ZERO_USD
    owner_spent_usd: Decimal = ZERO_USD
    owner_budget_usd: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What the agent is meant to do: tool patterns, environments, highest level without a person.

    A pattern matches a whole tool name, case counts; ``*`` stands for any run of characters,
    dots included, ``?`` for one, ``[ab]`` for one of a set.
    """

    tools: tuple[str, ...] = ()
    environments: tuple[Environment, ...] = ()
    level: BlastLevel = BlastLevel.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What an earlier decision allowed or people approved; a running task must stay inside."""

    level: BlastLevel
    task_type: TaskType
    approval: Approval
    spend_cap_usd: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRequest:
    """One question to the gate.

    ``running`` counts the agent's other open tasks. ``probe_available`` says that a probe slot is
    free or already leased to this very task. ``envelope`` is set at start and heartbeat.
    """

    standing: AgentStanding
    breaker: BreakerView
    task: TaskFacts
    money: MoneyFacts
    mandate: Mandate
    running: int = 0
    probe_available: bool = False
    fleet_halted: bool = False
    enforcement: Enforcement = Enforcement.ENFORCE
    envelope: Envelope | None = None
