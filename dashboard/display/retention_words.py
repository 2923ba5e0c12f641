"""What events about the removal of old records say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.display.because import because


def _rows(rows: object) -> str:
    """Return rows by kind: `12 tasks, 40 events`; `nothing` for none."""
    found = rows if isinstance(rows, dict) else {}
    said = [f"{count:,} {kind.replace('_', ' ')}" for kind, count in found.items() if count]
    return ", ".join(said) or "nothing"


RETENTION_WORDS: Mapping[str, Callable[[Mapping[str, Any], Any], str]] = {
    "retention.agreed": lambda payload, _: because(
        f"A second admin agreed to removal {payload['number']}", payload["reason"]
    ),
    "retention.applied": lambda payload, _: because(
        f"Removal {payload['number']} took {_rows(payload['removed'])}", payload["reason"]
    ),
    "retention.cancelled": lambda payload, _: because(
        f"Removal {payload['number']} ended after {_rows(payload['removed'])}", payload["reason"]
    ),
    "retention.declined": lambda payload, _: because(
        f"Removal {payload['number']} was not agreed to", payload["reason"]
    ),
    "retention.due": lambda payload, _: (
        f"Past the time that the policy keeps them: {_rows(payload['rows'])}."
        " Nothing is removed before admins do it."
    ),
    "retention.exported": lambda payload, _: (
        f"What removal {payload['number']} would take was exported whole: {_rows(payload['rows'])}."
    ),
    "retention.prepared": lambda payload, _: (
        f"Removal {payload['number']} would take {_rows(payload['rows'])}. Nothing is gone."
    ),
    "retention.proposed": lambda payload, _: because(
        f"Removal {payload['number']} waits for a second admin", payload["reason"]
    ),
}
