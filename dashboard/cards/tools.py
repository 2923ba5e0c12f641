"""The tool registry: what each tool can do, what waits for an admin, and what its server hints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricLine:
    """One aspect of a tool: `now` is in force, `then` what is proposed, `hint` what MCP would say.

    `now` is empty where nothing is in force. `change` is "", "stricter" or "milder".
    """

    label: str
    letter: str
    then: str
    now: str = ""
    hint: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingTool:
    """A tool whose description waits for an admin; `sha256` pins what would be confirmed.

    `says` is what counts until then; `why_off` is empty where this person may confirm.
    """

    name: str
    at: datetime
    says: str
    sha256: str
    pin: str
    lines: tuple[MetricLine, ...]
    hints: tuple[str, ...]
    doubts: tuple[str, ...]
    confirm_url: str
    idempotency_key: str
    why_off: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRow:
    """A confirmed tool."""

    name: str
    meanings: tuple[tuple[str, str, str], ...]
    hints: tuple[str, ...]
    doubts: tuple[str, ...]
    pin: str
    by: str
    at: datetime | None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCard:
    """The form that reads an MCP list; with what came of it, or what was wrong with it."""

    url: str
    idempotency_key: str
    why_off: str = ""
    problem: str = ""
    typed: str = ""
    said: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolsPage:
    """Every tool of one fleet."""

    fleet_name: str
    summary: str
    pending: tuple[PendingTool, ...]
    tools: tuple[ToolRow, ...]
    importing: ImportCard
    problem: str = ""
    files: FileLinks | None = None
