"""What approving a task permits and what it does not, with the numbers of its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.permits import Permits
from dashboard.display.durations import span_text
from dashboard.display.figures import money
from escalations.domain.deadlines import grant_window
from escalations.domain.lifecycle import TicketKind
from governance.domain.types import BlastLevel
from governance.selectors.policies import policy_of

if TYPE_CHECKING:
    from escalations.models import Ticket
    from governance.models import Task


def on_approval(ticket: Ticket) -> str:
    """Return what the last approval sets off, as a sentence; empty where nothing is to run."""
    if ticket.task is None or ticket.kind != TicketKind.TASK:
        return ""
    _, usable_s = _grant_times(ticket)
    cap = ticket.task.spend_cap_usd
    most = "" if cap is None else f", at most {money(cap)}"
    return (
        f"The last approval issues one grant: this digest, once, "
        f"within {span_text(usable_s)}{most}."
    )


def permits(ticket: Ticket) -> Permits | None:
    """Return both lists; None where approving lets nothing run."""
    task = ticket.task
    if task is None or ticket.agent is None or ticket.kind != TicketKind.TASK:
        return None
    waits_s, usable_s = _grant_times(ticket)
    usable = f"start within {span_text(usable_s)}"
    if waits_s:
        usable += f", from {span_text(waits_s)} after the last approval"
    return Permits(
        does=(
            f"One run of exactly this, by {ticket.agent.external_id} alone",
            usable[0].upper() + usable[1:],
            _money(task),
        ),
        does_not=(
            "Other arguments: they are voted on anew; another target or environment: a new ticket",
            "A second run, or a start after that time",
            f"More spending, or any tool but {task.tool}" if task.tool else "More spending",
        ),
    )


def _grant_times(ticket: Ticket) -> tuple[float, float]:
    """Return how many seconds a grant waits before it is usable, and how long it then is."""
    timing = policy_of(ticket.policy).tickets
    window = grant_window(ticket.opened_at, level=BlastLevel(ticket.risk_level), timing=timing)
    waits_s = (window.usable_from - ticket.opened_at).total_seconds()
    return waits_s, (window.expires_at - window.usable_from).total_seconds()


def _money(task: Task) -> str:
    cap = task.spend_cap_usd
    return "Spending without a cap of its own" if cap is None else f"At most {money(cap)}"
