"""Take an approval back while nothing can have run yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.guards import Guard, TicketFacts
from escalations.domain.lifecycle import LETS_RUN, PENDING, Move, TicketKind, apply
from escalations.domain.voting import Choice
from escalations.events import TicketUndone
from escalations.models import Vote
from escalations.selectors.tickets import status_of, ticket_for_person
from escalations.services.ballots import version_read
from escalations.services.conflicts import conflict, over, stale
from escalations.services.holding import ticket_hold
from escalations.services.reopening import waits_again
from escalations.services.telling import told_of
from governance.domain.moves import GuardFailedError
from governance.domain.types import GrantState
from governance.refusals import ForbiddenError
from governance.selectors.clock import clock_now
from governance.selectors.tasks import grant_live
from governance.services.events import events_publish
from governance.services.resolutions import task_ungrant_step

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.lifecycle import TicketStatus
    from escalations.models import Ticket
    from governance.models import Task
    from governance.refusals import RefusalError

REASON = "Undone before anything could run."


@transaction.atomic
def ticket_undo(*, ticket_id: UUID, user: User, expected_version: int | None) -> Ticket:
    """Take back an approval of one's own until ``usable_from``; the ticket waits again.

    Only the caller's vote is withdrawn: other approvals stand, and so do edits.

    Raises:
        MissingError: if the person may not see the ticket.
        VersionMissingError: without a version.
        ForbiddenError: not_a_voter, if the person's approval is not among those that count.
        ConflictError: undo_over once the window has passed, else as for a decision.
    """
    expected = version_read(expected_version)
    ticket_for_person(user=user, ticket_id=ticket_id)
    held = ticket_hold(ticket_id=ticket_id)
    now = clock_now()
    ticket, task = held.ticket, held.task
    vote, after = undo_permit(ticket, task, user, expected=expected, now=now)
    assert task is not None, "only what is about a task is undone"  # noqa: S101
    waits_again(ticket, after)
    ticket.save()
    vote.withdrawn_at = now
    vote.save(update_fields=["withdrawn_at"])
    actor = user.get_username()
    followed = task_ungrant_step(task=task, actor=actor, reason=REASON, now=now)
    undone = TicketUndone(
        **told_of(ticket, actor=actor),
        by=actor,
    )
    events_publish(undone, *followed, now=now)
    return ticket


def undo_permit(
    ticket: Ticket, task: Task | None, user: User, *, expected: int, now: datetime
) -> tuple[Vote, TicketStatus]:
    """Return the vote that the person may take back now, and where the ticket stands then.

    Raises:
        ForbiddenError, ConflictError, GoneError: as `ticket_undo`.
    """
    status = status_of(ticket, now=now)
    if status.resolution not in LETS_RUN or task is None:
        raise _not_approved(ticket, now)
    if ticket.version != expected:
        raise stale(ticket, expected=expected, now=now)
    vote = _own_vote(ticket, user)
    return vote, _moved_back(ticket, task, status, now)


def _own_vote(ticket: Ticket, user: User) -> Vote:
    vote = Vote.objects.filter(
        ticket=ticket, user=user, withdrawn_at=None, choice=Choice.APPROVE.value
    ).first()
    if vote is None:
        raise ForbiddenError(
            "Only somebody who approved this ticket can undo it; you can still deny it.",
            code="not_a_voter",
        )
    return vote


def _moved_back(ticket: Ticket, task: Task, status: TicketStatus, now: datetime) -> TicketStatus:
    grant = grant_live(task=task)
    facts = TicketFacts(
        now=now,
        decide_by=ticket.decide_by,
        usable_from=ticket.usable_from,
        grant=None if grant is None else GrantState(grant.state),
    )
    try:
        return apply(TicketKind(ticket.kind), status, Move.UNDO, facts)
    except GuardFailedError as error:
        code = "undo_over" if error.guard == Guard.BEFORE_USABLE else "grant_used"
        raise conflict(ticket, f"Too late: {error}.", code=code, now=now) from error


def _not_approved(ticket: Ticket, now: datetime) -> RefusalError:
    if status_of(ticket, now=now) == PENDING:
        sentence = f"Ticket #{ticket.number} is not approved, so there is nothing to undo."
        return conflict(ticket, sentence, code="not_approved", now=now)
    return over(ticket, now=now)
