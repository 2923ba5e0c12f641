"""Facts about the log itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from governance.events.base import FleetEvent


@dataclass(frozen=True, kw_only=True)
class LogCheckFailed(FleetEvent, wire_name="log.check_failed"):
    """A check of the log found rows or seals that were changed: how many, and the first one."""

    log_check_id: UUID
    number: int
    found: int
    sentence: str
