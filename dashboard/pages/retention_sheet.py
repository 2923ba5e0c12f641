"""The removals of a fleet as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.display.sheets import Sheet
from governance.selectors.retention_runs import retentions_over

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from governance.models import Fleet, RetentionRun

COLUMNS: Mapping[str, Callable[[RetentionRun], Any]] = {
    "number": lambda run: run.number,
    "state": lambda run: run.state.lower(),
    "policy": lambda run: run.policy.number,
    "tasks_before": lambda run: run.tasks_before,
    "interactions_before": lambda run: run.interactions_before,
    "events_before": lambda run: run.events_before,
    "asked_by": lambda run: run.asked_by,
    "exported_by": lambda run: run.exported_by or None,
    "exported_at": lambda run: run.exported_at,
    "archive_sha256": lambda run: run.exported.get("sha256"),
    "proposed_by": lambda run: run.proposed_by or None,
    "agreed_by": lambda run: run.agreed_by or None,
    "reason": lambda run: run.reason or None,
    "removed_rows": lambda run: [f"{kind} {rows}" for kind, rows in run.removed.items()],
    "ended_at": lambda run: run.ended_at,
}


def retention_sheet(fleet: Fleet) -> Sheet[RetentionRun]:
    """Return one row for each removal that is over, the newest first."""
    return Sheet(
        name="retention", fleet=fleet.slug, columns=COLUMNS, rows=retentions_over(fleet=fleet)
    )
