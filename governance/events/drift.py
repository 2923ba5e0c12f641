"""Facts about drift: lasting changes in an agent's work, and incidents that agents share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.events.base import FleetEvent

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class DriftFound(FleetEvent, wire_name="drift.found"):
    """An agent's work has changed for good; people are to look at it.

    ``enforced`` is false in shadow, where nobody is asked.
    """

    agent_id: UUID
    signal: str
    sentence: str
    evidence: Mapping[str, Any]
    outcome_id: UUID
    enforced: bool


@dataclass(frozen=True, kw_only=True)
class DriftHeld(FleetEvent, wire_name="drift.held"):
    """An agent's work has changed while the fleet has an incident: nothing follows for it alone."""

    agent_id: UUID
    signal: str
    sentence: str
    evidence: Mapping[str, Any]
    outcome_id: UUID


@dataclass(frozen=True, kw_only=True)
class DriftAcknowledged(FleetEvent, wire_name="drift.acknowledged"):
    """People have looked at an agent's drift; ``rebaselined`` takes the present for normal."""

    agent_id: UUID
    signals: tuple[str, ...]
    rebaselined: bool


@dataclass(frozen=True, kw_only=True)
class FleetIncidentRaised(FleetEvent, wire_name="fleet.incident_raised"):
    """More agents changed within a day, or were frozen within minutes, than chance allows.

    ``shared`` says what they share; ``enforced`` is false for a fleet in shadow, where nobody is
    asked.
    """

    incident_id: UUID
    sentence: str
    shared: tuple[Mapping[str, Any], ...]
    agents: tuple[str, ...]
    enforced: bool


@dataclass(frozen=True, kw_only=True)
class FleetIncidentEnded(FleetEvent, wire_name="fleet.incident_ended"):
    """What befell many agents at once is over; alarms count for each agent again."""

    incident_id: UUID
    sentence: str
