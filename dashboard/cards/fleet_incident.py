"""Incidents of a whole fleet: the list, and one with what its agents share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.ticket import Fact
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """One incident of the list; `lasts` says how long it has been open, or was, in words.

    `held` counts alarms of single agents, None where the kind holds none.
    """

    url: str
    title: str
    at: datetime
    lasts: str
    mark: Mark
    sentence: str
    agents: int
    held: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentList:
    """The incidents of a fleet. `seq` is the fleet's last event number, read before all else."""

    fleet_name: str
    fleet_slug: str
    seq: int
    parts_url: str
    lines: tuple[IncidentLine, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLink:
    """One agent concerned."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """One incident. `seq` is the fleet's last event number, read before all else.

    `outcome` says when it ended, `ticket` what its ticket is, both empty while there is nothing to
    say; `more` counts agents that are not listed.
    """

    incident_id: str
    fleet_slug: str
    seq: int
    parts_url: str
    list_url: str
    title: str
    mark: Mark
    at: datetime
    sentence: str
    outcome: str
    counts: tuple[Fact, ...]
    shared: tuple[Fact, ...]
    agents: tuple[AgentLink, ...]
    more: int
    ticket_url: str = ""
    ticket: str = ""
