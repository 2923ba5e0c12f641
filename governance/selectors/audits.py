"""What was audited of one agent, and what that corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count

from governance.domain.audits import AuditState, AuditVerdict
from governance.models import Audit, Correction

if TYPE_CHECKING:
    from datetime import datetime

    from governance.models import Agent


class AuditCounts(NamedTuple):
    """Audits of an agent drawn in some time, by what became of them."""

    passed: int
    failed: int
    unclear: int
    waiting: int
    skipped: int

    @property
    def drawn(self) -> int:
        """Return how many were drawn, skipped ones included."""
        return sum(self)


def audits_counted(*, agent: Agent, since: datetime) -> AuditCounts:
    """Return what became of the audits drawn since a moment; one query."""
    rows = Audit.objects.filter(agent=agent, drawn_at__gte=since).values_list("state", "verdict")
    counts = {(state, verdict): n for state, verdict, n in rows.annotate(n=Count("id"))}
    settled = AuditState.SETTLED.value
    return AuditCounts(
        passed=counts.get((settled, AuditVerdict.PASSED.value), 0),
        failed=counts.get((settled, AuditVerdict.FAILED.value), 0),
        unclear=counts.get((settled, AuditVerdict.UNCLEAR.value), 0),
        waiting=counts.get((AuditState.OPEN.value, ""), 0),
        skipped=counts.get((AuditState.SKIPPED.value, ""), 0),
    )


def audit_skipped_last(*, agent: Agent, since: datetime) -> Audit | None:
    """Return the latest audit since a moment that was drawn and put before nobody."""
    skipped = Audit.objects.filter(agent=agent, drawn_at__gte=since, state=AuditState.SKIPPED.value)
    return skipped.order_by("-drawn_at", "-id").first()


def corrections_recent(*, agent: Agent, most: int) -> list[Correction]:
    """Return the latest corrections of the agent's outcomes, newest first."""
    return list(Correction.objects.filter(agent=agent).order_by("-fact")[:most])
