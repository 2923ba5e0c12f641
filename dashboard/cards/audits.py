"""What people checked of an agent's finished work, and what that corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.cards.files import FileLinks
from dashboard.cards.overview import KeyFigure
from dashboard.cards.period import PeriodBar
from dashboard.cards.queue import KindLink
from dashboard.display.wording import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLine:
    """One outcome that counts as something else since `at`; `reason` in the auditor's words."""

    at: datetime
    sentence: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCard:
    """Audits of 30 days in one sentence, the latest that was skipped, and corrections."""

    summary: str = ""
    skipped: str = ""
    corrections: tuple[CorrectionLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One audit of a fleet; `why` is empty while people are to judge without knowing it.

    `by` is who judged it, empty where nobody has; `ticket_url` is empty where nobody was asked.
    """

    task: str
    ticket_url: str
    agent: str
    agent_url: str
    drawn_at: datetime
    standing: Mark
    why: str = ""
    by: str = ""
    reason: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditsPage:
    """The audits of a fleet in a period; `standings` narrow the list, of which `matching` count.

    `judged` says how much of what was judged had failed.
    """

    fleet_slug: str
    fleet_name: str
    seq: int
    now: datetime
    parts_url: str
    summary: str
    judged: str
    bar: PeriodBar
    figures: tuple[KeyFigure, ...]
    standings: tuple[KindLink, ...]
    lines: tuple[AuditLine, ...]
    matching: int
    files: FileLinks
