"""Facts about the log itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class LogCheckFailed(FleetEvent, wire_name="log.check_failed"):
    """A check found rows or seals changed, or a key missing: how many faults, and the first one."""

    log_check_id: UUID
    number: int
    found: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class LogKeyGivenUp(FleetEvent, wire_name="log.key_given_up"):
    """Keys that signed the log are lost: what they signed, why they were given up, and by whom."""

    seal_key_loss_id: UUID
    number: int
    keys: list[str]
    seals: int
    checkpoints: int
    by: str
    reason: str
    sentence: str
