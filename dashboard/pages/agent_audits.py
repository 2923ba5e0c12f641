"""The audits part of the agent page: was its work what it said?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from dashboard.cards.audits import AuditCard, CorrectionLine
from governance.domain.phrases import count_words, list_words
from governance.selectors.audits import audit_skipped_last, audits_counted, corrections_recent

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent
    from governance.selectors.audits import AuditCounts

DAYS = 30
SHOWN = 5


def audit_card(agent: Agent, *, now: datetime) -> AuditCard:
    """Return what became of the agent's audits of 30 days, and its latest corrections."""
    since = now - timedelta(days=DAYS)
    counts = audits_counted(agent=agent, since=since)
    skipped = audit_skipped_last(agent=agent, since=since)
    return AuditCard(
        summary=_summary(counts),
        skipped="" if skipped is None else skipped.sentence,
        corrections=tuple(
            CorrectionLine(at=each.created_at, sentence=each.sentence, reason=each.reason)
            for each in corrections_recent(agent=agent, most=SHOWN)
        ),
    )


def _summary(counts: AuditCounts) -> str:
    if not counts.drawn:
        return f"No finished task was drawn for an audit in {DAYS} days."
    named = (
        (counts.passed, "passed"),
        (counts.failed, "failed"),
        (counts.unclear, "unclear"),
        (counts.waiting, "waiting for people"),
        (counts.skipped, "skipped"),
    )
    parts = list_words([f"{count} {words}" for count, words in named if count])
    return f"{count_words(counts.drawn, 'finished task')} drawn by chance in {DAYS} days: {parts}."
