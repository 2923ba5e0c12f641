"""Declared teams: those in force, those that are over, and the form that declares one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.collusion import AgentRef


@dataclass(frozen=True, slots=True, kw_only=True)
class EndForm:
    """What ends a team before its time; `why_not` keeps this person from it."""

    url: str
    why_not: str
    idempotency_key: str
    typed_reason: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """One declared team; `covers` are the sentences of the last scan that it explains.

    `end` is None once the team is over, and `ended` says how it ended, if a person ended it.
    """

    team_id: str
    name: str
    members: tuple[AgentRef, ...]
    since: datetime
    until: str
    declared_by: str
    reason: str
    ring_url: str
    covers: tuple[str, ...]
    ended: str
    end: EndForm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form as it was sent, so that nothing typed is lost; `wrong` names the field at fault."""

    name: str = ""
    members: tuple[str, ...] = ()
    reason: str = ""
    until: str = ""
    wrong: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareForm:
    """What declares a team; days are ISO dates, `agents` pairs of a name and an id."""

    url: str
    why_not: str
    idempotency_key: str
    first_day: str
    last_day: str
    days: int
    rows: tuple[str, ...]
    more_rows: tuple[str, ...]
    agents: tuple[tuple[str, str], ...]
    typed: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsPage:
    """The declared teams of a fleet. `seq` is its last event number, read before all else."""

    fleet_name: str
    fleet_slug: str
    seq: int
    parts_url: str
    list_url: str
    lines: tuple[TeamLine, ...]
    over: tuple[TeamLine, ...]
    declare: DeclareForm
