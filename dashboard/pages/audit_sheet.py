"""The audits of a fleet as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.display.sheets import Sheet
from governance.selectors.audits import AuditStanding, audit_standing, fleet_audits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashboard.forms.period import Period
    from governance.models import Audit, Fleet

BATCH = 500


def _why(audit: Audit) -> str | None:
    """Return why it was drawn, once nobody judges it any longer."""
    return None if audit_standing(audit) is AuditStanding.WAITING else audit.sentence


COLUMNS: Mapping[str, Callable[[Audit], Any]] = {
    "drawn_at": lambda each: each.drawn_at,
    "task": lambda each: each.outcome.task_external_id,
    "agent": lambda each: each.agent.external_id,
    "standing": audit_standing,
    "why": _why,
    "by": lambda each: each.by or None,
    "reason": lambda each: each.reason or None,
    "settled_at": lambda each: each.settled_at,
}


def audit_sheet(fleet: Fleet, period: Period, standing: AuditStanding | None) -> Sheet[Audit]:
    """Return one row for each audit drawn in a period, the newest first."""
    audits = fleet_audits(fleet=fleet, since=period.since, until=period.until, standing=standing)
    rows = audits.iterator(chunk_size=BATCH)
    return Sheet(name="audits", fleet=fleet.slug, columns=COLUMNS, rows=rows)
