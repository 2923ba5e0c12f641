"""Facts about cascades: found, contained, settled task by task, over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.events.base import FleetEvent

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class CascadeEvent(FleetEvent):
    """What every cascade event carries; ``agent_id`` is whose failures spread."""

    cascade_id: UUID
    root_task_id: UUID
    agent_id: UUID
    sentence: str


@dataclass(frozen=True, kw_only=True)
class CascadeDetected(CascadeEvent, wire_name="cascade.detected"):
    """Failures spread, or a frozen agent's output reaches others; one incident, told once.

    ``enforced`` is false in shadow, where nothing is held.
    """

    evidence: Mapping[str, Any]
    enforced: bool


@dataclass(frozen=True, kw_only=True)
class CascadeContained(CascadeEvent, wire_name="cascade.contained"):
    """Tasks were held before their start, or are tainted; how many, and how many were not held."""

    held: int
    tainted: int
    not_held: int


@dataclass(frozen=True, kw_only=True)
class CascadeTruncated(CascadeEvent, wire_name="cascade.truncated"):
    """A cap was reached: at least ``beyond`` unstarted tasks were left as they are."""

    beyond: int


@dataclass(frozen=True, kw_only=True)
class CascadeTaskSettled(CascadeEvent, wire_name="cascade.task_settled"):
    """A held task was resumed, cancelled or sent back for a re-run, or ended by itself."""

    task_id: UUID
    settled: str


@dataclass(frozen=True, kw_only=True)
class CascadeResolved(CascadeEvent, wire_name="cascade.resolved"):
    """Everything a cascade held is settled; the incident is over."""
