"""Every task that shadow let pass, as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.display.sheets import Sheet
from dashboard.pages.shadow_lines import first_reason
from governance.selectors.let_pass import decisions_let_pass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dashboard.forms.period import Period
    from governance.models import Decision, Fleet

BATCH = 500


def _outcome(decision: Decision, name: str) -> Any:
    outcome = getattr(decision.task, "outcome", None)
    return getattr(outcome, name) if outcome else None


COLUMNS: Mapping[str, Callable[[Decision], Any]] = {
    "asked_at": lambda each: each.created_at,
    "task": lambda each: each.task.external_id,
    "title": lambda each: each.task.title,
    "agent": lambda each: each.agent.external_id,
    "level": lambda each: each.level,
    "task_type": lambda each: each.task_type,
    "tier": lambda each: each.tier,
    "would_be": lambda each: each.would_be,
    "reason": first_reason,
    "result": lambda each: _outcome(each, "result"),
    "cost_usd": lambda each: _outcome(each, "cost_usd"),
}


def shadow_sheet(fleet: Fleet, period: Period) -> Sheet[Decision]:
    """Return one row for each task that would have been held in a period, the newest first."""
    decisions = decisions_let_pass(fleet=fleet, since=period.since, until=period.until)
    rows = decisions.iterator(chunk_size=BATCH)
    return Sheet(name="shadow", fleet=fleet.slug, columns=COLUMNS, rows=rows)
