"""Every documented call: this app's own, and those that other apps add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.api.reference.backtests import BACKTEST_CALLS
from governance.api.reference.fleet import FLEET_CALLS
from governance.api.reference.outbound import OUTBOUND_CALLS
from governance.api.reference.policy import POLICY_CALLS
from governance.api.reference.reports import REPORT_CALLS
from governance.api.reference.tasks import TASK_CALLS
from governance.api.reference.tuning import TUNING_CALLS
from governance.api.reference.webhooks import WEBHOOK_CALLS

if TYPE_CHECKING:
    from governance.api.reference.calls import Call

OWN_CALLS: tuple[Call, ...] = (
    *TASK_CALLS,
    *REPORT_CALLS,
    *FLEET_CALLS,
    *TUNING_CALLS,
    *WEBHOOK_CALLS,
    *OUTBOUND_CALLS,
    *POLICY_CALLS,
    *BACKTEST_CALLS,
)
_added: dict[str, Call] = {}


def calls_register(*calls: Call) -> None:
    """Add calls of another app, in reading order; adding one again replaces it."""
    for call in calls:
        _added[call.name] = call


def calls_documented() -> tuple[Call, ...]:
    """Return every documented call in reading order."""
    return (*TASK_CALLS, *_added.values(), *OWN_CALLS[len(TASK_CALLS) :])
