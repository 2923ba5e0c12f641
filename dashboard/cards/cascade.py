"""Incidents: the list, one with its tree, and what a person says of each held task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.ticket import Fact
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeLine:
    """One incident of the list."""

    url: str
    title: str
    agent: str
    agent_url: str
    at: datetime
    mark: Mark
    sentence: str
    held: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeLink:
    """One incident on an agent's page; `part` says what the agent has to do with it."""

    url: str
    title: str
    at: datetime
    mark: Mark
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLine:
    """A lineage whose failures are unusual and not yet an incident."""

    title: str
    agent: str
    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeList:
    """The incidents of a fleet. `seq` is the fleet's last event number, read before all else."""

    fleet_name: str
    fleet_slug: str
    seq: int
    parts_url: str
    lines: tuple[CascadeLine, ...]
    watched: tuple[WatchLine, ...]
    rule: str
    watch_rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode:
    """One task of the tree; `notes` say what was done to it and what became of it."""

    title: str
    agent: str
    agent_url: str
    external_id: str
    state: str
    marks: tuple[Mark, ...]
    notes: tuple[str, ...]
    children: tuple[TreeNode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """One held task and the form that settles it; without `url` it cannot be settled now.

    `first` names what must be settled before it, `why_no_resume` why this person cannot resume it.
    The form answers `ticket` as it was at `version`.
    """

    key: str
    title: str
    agent: str
    external_id: str
    level: str
    builds_on: str
    url: str = ""
    ticket: int = 0
    version: int = 0
    idempotency_key: str = ""
    first: str = ""
    why_no_resume: str = ""
    typed_reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseForm:
    """The form that closes an incident which holds nothing, by answering its ticket."""

    url: str
    ticket: int
    version: int
    idempotency_key: str
    typed_reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadePage:
    """One incident. `seq` is the fleet's last event number, read before all else.

    `no_answer` says why the person who looks can settle nothing now; empty if they can.
    """

    cascade_id: str
    fleet_slug: str
    seq: int
    parts_url: str
    list_url: str
    title: str
    mark: Mark
    agent: str
    agent_url: str
    opened_at: datetime
    sentence: str
    facts: tuple[Fact, ...]
    counts: tuple[Fact, ...]
    truncated: str
    outcome: str
    tree: tuple[TreeNode, ...]
    tree_note: str
    held: tuple[HeldLine, ...]
    not_held: tuple[tuple[str, str], ...]
    close: CloseForm | None
    no_answer: str = ""
    ticket_url: str = ""
    ticket_number: int = 0
