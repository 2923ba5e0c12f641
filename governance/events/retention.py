"""Facts about the removal of old records."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class RetentionDue(FleetEvent, wire_name="retention.due"):
    """Records are past the time that the policy keeps them; ``rows`` by kind. Nothing is removed
    before admins do it.
    """

    rows: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class RetentionExported(FleetEvent, wire_name="retention.exported"):
    """What a removal would take was sent whole as an archive; ``rows`` by kind."""

    retention_id: UUID
    number: int
    rows: dict[str, int]
    sha256: str


@dataclass(frozen=True, kw_only=True)
class RetentionProposed(FleetEvent, wire_name="retention.proposed"):
    """An admin wants the exported records removed; a second one has to agree."""

    retention_id: UUID
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RetentionDeclined(FleetEvent, wire_name="retention.declined"):
    """An admin did not agree to a removal; it may be proposed again."""

    retention_id: UUID
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RetentionAgreed(FleetEvent, wire_name="retention.agreed"):
    """A second admin agreed to a removal, which a worker carries out."""

    retention_id: UUID
    number: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class RetentionCancelled(FleetEvent, wire_name="retention.cancelled"):
    """A removal goes on no longer; ``removed`` rows by kind were gone by then."""

    retention_id: UUID
    number: int
    removed: dict[str, int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class RetentionApplied(FleetEvent, wire_name="retention.applied"):
    """What was exported and past its time is removed: ``removed`` rows by kind."""

    retention_id: UUID
    number: int
    removed: dict[str, int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class RetentionPrepared(FleetEvent, wire_name="retention.prepared"):
    """It is counted what a removal would take, ``rows`` by kind; nothing is gone."""

    retention_id: UUID
    number: int
    rows: dict[str, int]
