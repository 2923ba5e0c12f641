"""The checks of a fleet's log as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.display.sheets import Sheet
from governance.selectors.seals import checks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from governance.models import Fleet, LogCheck

MOST = 10_000
COLUMNS: Mapping[str, Callable[[LogCheck], Any]] = {
    "number": lambda check: check.number,
    "state": lambda check: check.state.lower(),
    "asked_by": lambda check: check.asked_by,
    "asked_at": lambda check: check.asked_at,
    "ended_at": lambda check: check.ended_at,
    "rows": lambda check: [f"{kind} {rows}" for kind, rows in check.counts.items()],
    "seals": lambda check: check.seals,
    "upto_seal": lambda check: check.upto,
    "signature": lambda check: check.seal or None,
    "faults": lambda check: check.found,
    "in_rows": lambda check: check.rows,
    "first": lambda check: check.findings[0]["sentence"] if check.findings else None,
    "error": lambda check: check.error or None,
}


def check_sheet(fleet: Fleet) -> Sheet[LogCheck]:
    """Return one row for each check, the newest first."""
    return Sheet(
        name="log-checks", fleet=fleet.slug, columns=COLUMNS, rows=checks_of(fleet=fleet, most=MOST)
    )
