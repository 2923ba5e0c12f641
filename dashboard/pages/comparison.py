"""What a request is compared with: the last approved run of the same work by the same agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.earlier import Change, Comparison, EarlierRun, Former
from dashboard.display.argument_diff import argument_diff
from dashboard.display.durations import moment_time
from dashboard.display.figures import money
from dashboard.pages.endings import ended_mark
from dashboard.pages.names import actor_words, names_of
from escalations.selectors.earlier_tickets import ticket_used_last
from escalations.selectors.edits import arguments_asked
from escalations.selectors.superseding import ticket_before
from escalations.selectors.tickets import address_of
from governance.selectors.earlier_runs import LOOKS_BACK, run_allowed_last

if TYPE_CHECKING:
    from datetime import datetime

    from escalations.models import Ticket
    from governance.models import Task


def comparison(ticket: Ticket, task: Task, *, now: datetime) -> Comparison:
    """Return the run that a ticket's request is compared with.

    An approved run is one that people approved and that started, however it ended, or one that
    the gate allowed without a person and that succeeded; the later of the two. For a settled
    ticket, it is what its reviewers could compare with.
    """
    before = ticket.resolved_at or now
    asked = ticket_used_last(task=task, before=before)
    allowed = run_allowed_last(task=task, before=before)
    found = None if asked is None or asked.task is None else asked.task
    if allowed is not None and (found is None or _began(allowed) > _began(found)):
        run = _run(task, allowed, name=allowed.external_id, how="allowed without a person")
    elif found is not None and asked is not None:
        run = _run(
            task,
            found,
            name=f"#{asked.number}",
            how=_approved_by(asked, now),
            url=address_of(asked),
        )
    else:
        run = None
    return Comparison(days=LOOKS_BACK.days, run=run)


def former_of(ticket: Ticket) -> Former | None:
    """Return the ticket whose place this one took, and what the agent changed since; else None."""
    before = ticket_before(ticket)
    if before is None or before.task is None or ticket.task is None:
        return None
    return Former(
        number=before.number,
        url=address_of(before),
        # Not what a task holds now: people may have edited either.
        diff=argument_diff(arguments_asked(before), arguments_asked(ticket)),
        changes=tuple(_changes(before.task, ticket.task)),
    )


def _run(task: Task, earlier: Task, *, name: str, how: str, url: str = "") -> EarlierRun:
    return EarlierRun(
        name=name,
        how=how,
        url=url,
        started_at=_began(earlier),
        ended=ended_mark(earlier),
        diff=argument_diff(earlier.arguments, task.arguments),
        changes=tuple(_changes(earlier, task)),
    )


def _began(task: Task) -> datetime:
    return task.started_at or task.created_at


def _approved_by(ticket: Ticket, now: datetime) -> str:
    by = actor_words(ticket.resolved_by, names_of([ticket.resolved_by]))
    at = ticket.resolved_at
    return f"approved by {by}" + (f" {moment_time(at, now=now)}" if at else "")


def _changes(earlier: Task, task: Task) -> list[Change]:
    """Return what of the action differs beside its arguments; all of it is in the digest."""
    pairs = (
        ("Target", earlier.target, task.target),
        ("Environment", earlier.environment, task.environment),
        ("Spend cap", _cap(earlier), _cap(task)),
    )
    return [
        Change(label=label, was=was or "none", now=now or "none")
        for label, was, now in pairs
        if was != now
    ]


def _cap(task: Task) -> str:
    return "" if task.spend_cap_usd is None else money(task.spend_cap_usd)
