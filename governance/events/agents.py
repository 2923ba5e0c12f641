"""Facts about agents, their tiers and the tools they use."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class AgentRegistered(FleetEvent, wire_name="agent.registered"):
    """An agent is known to the fleet for the first time; the sentence says where it starts."""

    agent_id: UUID
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class AgentInherited(FleetEvent, wire_name="agent.inherited"):
    """A new agent took over part of the record of a look-alike that was frozen lately."""

    agent_id: UUID
    predecessor_id: UUID
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AgentChanged(FleetEvent, wire_name="agent.changed"):
    """An agent's identity, owner, mandate or budget changed; ``fields`` names what."""

    agent_id: UUID
    fields_changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AgentPaused(FleetEvent, wire_name="agent.paused"):
    """A person or an operating key paused an agent, for good or ``until`` a time."""

    agent_id: UUID
    reason: str
    until: str | None = None


@dataclass(frozen=True, kw_only=True)
class AgentResumed(FleetEvent, wire_name="agent.resumed"):
    """A person resumed a paused agent, or its time had come."""

    agent_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class TierChanged(FleetEvent, wire_name="tier.changed"):
    """An agent's trust tier moved; the sentence holds the numbers that moved it."""

    agent_id: UUID
    before: str
    after: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class MandateLowered(FleetEvent, wire_name="agent.mandate_lowered"):
    """A person lowered the level an agent reaches alone, from ``before`` to ``after``."""

    agent_id: UUID
    before: str
    after: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class MandateRestored(FleetEvent, wire_name="agent.mandate_restored"):
    """A person gave an agent its mandate back as it is described."""

    agent_id: UUID
    before: str
    after: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ToolProposed(FleetEvent, wire_name="tool.proposed"):
    """A tool was described or its description changed; it waits for an admin."""

    tool_id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class ToolConfirmed(FleetEvent, wire_name="tool.confirmed"):
    """An admin confirmed what a tool can do."""

    tool_id: UUID
    name: str
