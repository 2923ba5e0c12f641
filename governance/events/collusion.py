"""Facts about collusion: a scan ended, a ring found, merged or settled, a team declared or
ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from governance.events.base import FleetEvent

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class CollusionScanned(FleetEvent, wire_name="collusion.scanned"):
    """A scan ended; how many rings are suspected now, and what is new since the one before."""

    scan_id: UUID
    rings: int
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CollusionFound(FleetEvent, wire_name="collusion.found"):
    """Evidence accuses agents together: for the first time, or more than was known.

    ``enforced`` is false in shadow, where nothing follows. ``agents`` are their ids.
    """

    ring_id: UUID
    sentence: str
    evidence: Mapping[str, Any]
    agents: tuple[str, ...]
    enforced: bool


@dataclass(frozen=True, kw_only=True)
class CollusionSettled(FleetEvent, wire_name="collusion.settled"):
    """People confirmed or dismissed a ring, or asked for checks; what follows in a sentence."""

    ring_id: UUID
    verdict: str
    reason: str
    sentence: str
    agents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CollusionMerged(FleetEvent, wire_name="collusion.merged"):
    """A ring was found to be part of an older one, ``into``, and is judged with it from now on."""

    ring_id: UUID
    into: UUID
    sentence: str
    agents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TeamDeclared(FleetEvent, wire_name="collusion.team_declared"):
    """A person declared that agents work closely together; until when, in a sentence."""

    team_id: UUID
    reason: str
    sentence: str
    agents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TeamEnded(FleetEvent, wire_name="collusion.team_ended"):
    """A person ended a declared team before its time."""

    team_id: UUID
    reason: str
    sentence: str
    agents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChecksAsked(FleetEvent, wire_name="collusion.checks_asked"):
    """People want the next jobs on a watched tie checked. ``agents`` are their ids."""

    check_id: UUID
    wanted: int
    agents: tuple[str, ...]
    sentence: str
