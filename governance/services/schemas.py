"""What callers send, as msgspec structs: the one definition behind every entry and the API pages.

Amounts are US dollars as decimal strings or numbers, at least 0, at most 6 places kept (half-even);
times are ISO 8601 with a zone; unknown fields are refused so that a misspelt one cannot be lost.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from governance.domain.outbound import LONGEST_URL
from governance.domain.types import BlastLevel, BreakerMode, Environment, Result, TaskType

# What stands for a thing on screen must be there to be read: not only spaces.
READABLE = r"\S"
Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=READABLE)]
Line = Annotated[str, Meta(max_length=300)]
Source = Annotated[str, Meta(min_length=1, max_length=200, pattern=READABLE)]
Reason = Annotated[str, Meta(min_length=1, max_length=2000)]
Amount = Decimal
Share = Annotated[float, Meta(ge=0, le=1)]
Payoff = Annotated[float, Meta(ge=-1e14, le=1e14)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Moment = Annotated[datetime, Meta(tz=True)]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$")]


class Body(Struct, forbid_unknown_fields=True, kw_only=True):
    """Base of every request body."""


class MandateBody(Body):
    """What an agent is meant to do: tool patterns, environments, highest level without a person."""

    tools: list[Name] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    level: BlastLevel = BlastLevel.LOW


class AgentBody(Body):
    """``PUT agents/{external_id}``; ``owner`` is the user name of a member of the fleet."""

    name: Name
    owner: Annotated[str, Meta(min_length=1, max_length=150)]
    template: Annotated[str, Meta(max_length=120)] = ""
    model: Annotated[str, Meta(max_length=120)] = ""
    mandate: MandateBody = field(default_factory=MandateBody)
    budget_usd: Amount | None = None


class ToolBody(Body):
    """``PUT tools/{name}``: letters of the blast vector (W, R, X, D) and MCP annotations."""

    write: Literal["N", "A", "M", "D", "P"]
    reversibility: Literal["A", "E", "H", "I"]
    reach: Literal["N", "I", "P", "O"]
    data: Literal["N", "I", "C", "R"] | None = None
    annotations: dict[str, Any] = field(default_factory=dict)


class PlanBody(Body):
    """What the orchestrator means to do; absent is "not said", and the worst is assumed.

    ``agents`` counts everyone taking part, this agent included: 1 means alone.
    """

    steps: Count | None = None
    agents: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    delegations: Count | None = None
    keeps_state: bool = False
    shares_state: bool = False
    talks_back: bool = False


class BlastBody(Body):
    """Declared metrics of the blast vector, by letter; a declaration can only raise."""

    W: Literal["N", "A", "M", "D", "P"] | None = None
    R: Literal["A", "E", "H", "I"] | None = None
    D: Literal["N", "I", "C", "R"] | None = None
    X: Literal["N", "I", "P", "O"] | None = None
    U: Literal["T", "I", "E", "U"] | None = None


class TaskBody(Body):
    """``POST tasks``: one unit of work, asked for before it runs."""

    agent: Name
    requested_by: Source
    external_id: Name
    title: Annotated[str, Meta(min_length=1, max_length=300, pattern=READABLE)]
    operation: Name
    tool: Name
    description: Annotated[str, Meta(max_length=20_000)] = ""
    parent: Annotated[str, Meta(max_length=120)] | None = None
    # Not there is not encoded either: bodies of before it was known keep their digest.
    supersedes: Name | UnsetType = UNSET
    target: Line = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    plan: PlanBody = field(default_factory=PlanBody)
    task_type: TaskType | None = None
    blast: BlastBody = field(default_factory=BlastBody)
    budget_usd: Amount | None = None
    time_limit_s: Annotated[int, Meta(ge=1, le=604_800)] | None = None
    state: str | None = None
    callback_url: Annotated[str, Meta(max_length=500)] | None = None


class StartBody(Body):
    """``POST tasks/{id}/start``."""

    action_digest: Digest


class HeartbeatBody(Body):
    """``POST tasks/{id}/heartbeat``: totals so far, not increments."""

    spent_usd: Amount = Decimal(0)
    steps: Count = 0
    tools_used: list[Name] = field(default_factory=list)
    agents_spawned: Count = 0


class ReasonBody(Body):
    """A reason, for cancel, freeze, halt, release and resume."""

    reason: Reason


class PauseBody(Body):
    """``POST agents/{external_id}/pause``; without ``until`` a person ends it."""

    reason: Reason
    until: Moment | None = None


class ConfirmBody(Body):
    """``POST tools/{name}/confirm``: the hash of the description that was read."""

    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class ModeBody(Body):
    """``POST agents/{external_id}/mode``."""

    mode: BreakerMode
    reason: Reason


class BypassBody(Body):
    """``POST agents/{external_id}/bypass``; without ``minutes`` the policy's usual length."""

    reason: Reason
    minutes: Annotated[int, Meta(ge=1)] | None = None


class WebhookBody(Body):
    """``POST webhooks`` and ``PUT webhooks/{id}``."""

    name: Name
    url: Annotated[str, Meta(max_length=LONGEST_URL)]
    events: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(max_length=200)] = field(
        default_factory=list
    )


class RotateBody(Body):
    """``POST webhooks/{id}/rotate``."""

    at_once: bool = False


class OutboundBody(Body):
    """``PUT fleet/outbound``."""

    networks: Annotated[list[Annotated[str, Meta(max_length=43)]], Meta(max_length=20)]
    callback_hosts: Annotated[list[Annotated[str, Meta(max_length=260)]], Meta(max_length=50)]
    reason: Reason


class OutcomeBody(Body):
    """``POST tasks/{id}/outcome``."""

    result: Result
    finished_at: Moment | None = None
    error_code: Annotated[str, Meta(max_length=120)] = ""
    cost_usd: Amount | None = None
    duration_s: Annotated[float, Meta(ge=0)] | None = None
    value_usd: Amount | None = None
    verified_quality: Share | None = None
    verified_by: Annotated[str, Meta(max_length=200)] = ""


class OutcomeItem(Body):
    """One line of ``POST outcomes``: the replay columns, so that history can be loaded."""

    task_id: Name
    agent: Name
    finished_at: Moment
    result: Result
    requested_by: Source
    parent_id: Annotated[str, Meta(max_length=120)] | None = None
    task_type: TaskType = TaskType.STATELESS
    level: BlastLevel = BlastLevel.LOW
    started_at: Moment | None = None
    cost_usd: Amount | None = None
    budget_usd: Amount | None = None
    duration_s: Annotated[float, Meta(ge=0)] | None = None
    value_usd: Amount | None = None
    error_code: Annotated[str, Meta(max_length=120)] = ""
    verified_quality: Share | None = None
    verified_by: Annotated[str, Meta(max_length=200)] = ""


class InteractionItem(Body):
    """One line of ``POST interactions``: an exchange between two agents.

    Unset fields are no part of the item's digest, so that what was sent before they existed is
    still the same item.
    """

    id: Name
    occurred_at: Moment
    initiator: Name
    counterparty: Name
    task_id: Annotated[str, Meta(max_length=120)] | None = None
    value_usd: Amount | None = None
    cost_usd: Amount | None = None
    rating: Share | None = None
    accepted: bool | None = None
    verified_quality: Share | None = None
    verified_by: Annotated[str, Meta(max_length=200)] = ""
    payoff_initiator: Payoff | UnsetType | None = UNSET
    payoff_counterparty: Payoff | UnsetType | None = UNSET
    team: Annotated[str, Meta(max_length=120)] | UnsetType = UNSET
