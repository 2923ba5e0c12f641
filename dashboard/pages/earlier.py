"""What came before a request and what waits beside it: past answers, tickets of the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards import ticket_mark
from dashboard.cards.earlier import (
    EarlierDecision,
    EarlierDecisions,
    WaitingInRun,
    WaitingLine,
)
from dashboard.display.figures import money
from dashboard.display.wording import Mark
from dashboard.pages.endings import ended_mark
from dashboard.pages.marks import countdown
from dashboard.pages.names import actor_words, names_of
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.reasons import REASONS
from escalations.selectors.earlier_tickets import tickets_decided_last, tickets_waiting_of_run
from escalations.selectors.tickets import address_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from escalations.models import Ticket
    from governance.models import Task

DECISIONS_SHOWN, WAITING_SHOWN = 5, 8
_LABELS = {
    reason.code: reason.label
    for (kind, _), reasons in REASONS.items()
    if kind is TicketKind.TASK
    for reason in reasons
}


def earlier_decisions(ticket: Ticket, task: Task, *, now: datetime) -> EarlierDecisions:
    """Return the last answers about this operation of this agent.

    For a settled ticket, those its reviewers could know of.
    """
    found, total = tickets_decided_last(
        task=task, before=ticket.resolved_at or now, most=DECISIONS_SHOWN
    )
    names = names_of(each.resolved_by for each in found)
    lines = tuple(_decision(each, each.task, names) for each in found if each.task is not None)
    return EarlierDecisions(operation=task.operation, lines=lines, total=total)


def waiting_in_run(task: Task, *, now: datetime) -> WaitingInRun:
    """Return what else of the task's run waits for people."""
    found, total = tickets_waiting_of_run(task=task, now=now, most=WAITING_SHOWN)
    return WaitingInRun(lines=tuple(_waiting(each, now) for each in found), total=total)


def _decision(ticket: Ticket, task: Task, names: Mapping[str, str]) -> EarlierDecision:
    nobody = ticket.state == TicketState.EXPIRED
    words = (_LABELS.get(ticket.reason_code, ""), "" if nobody else ticket.reason_text)
    return EarlierDecision(
        number=ticket.number,
        url=address_of(ticket),
        mark=ticket_mark(ticket.state, ticket.resolution),
        at=ticket.resolved_at or ticket.decide_by,
        ended=Mark("not run", tone="neutral") if nobody else ended_mark(task),
        by="" if nobody else actor_words(ticket.resolved_by, names),
        reason=". ".join(filter(None, words)),
        cap="" if task.spend_cap_usd is None else money(task.spend_cap_usd),
    )


def _waiting(ticket: Ticket, now: datetime) -> WaitingLine:
    return WaitingLine(
        number=ticket.number,
        url=address_of(ticket),
        title=ticket.title,
        agent=ticket.agent.external_id if ticket.agent else "",
        level=ticket.risk_level,
        countdown=countdown(ticket.opened_at, ticket.decide_by, now=now),
    )
