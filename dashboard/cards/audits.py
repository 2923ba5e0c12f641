"""What people checked of an agent's finished work, and what that corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
