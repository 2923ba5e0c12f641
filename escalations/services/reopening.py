"""Take a denial back while the agent does not know of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.guards import Guard, TicketFacts
from escalations.domain.lifecycle import DENIED, PENDING, Move, TicketKind, apply
from escalations.domain.voting import Choice, VotesVerdict
from escalations.events import TicketReopened
from escalations.selectors.routing import people_of, route_of
from escalations.selectors.tickets import status_of, ticket_for_person
from escalations.services.ballots import eligibility_check, version_read
from escalations.services.conflicts import conflict, over, stale
from escalations.services.holding import ticket_hold
from escalations.services.tally import votes_count
from escalations.services.telling import told_of
from governance.domain.moves import GuardFailedError
from governance.domain.permissions import Action
from governance.selectors.clock import clock_now
from governance.selectors.people import role_require
from governance.services.events import events_publish
from governance.services.resolutions import task_reopen_step

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.domain.lifecycle import TicketStatus
    from escalations.domain.routing import Person
    from escalations.models import Ticket
    from governance.domain.types import Role
    from governance.models import Task
    from governance.refusals import RefusalError

_CODE = {Guard.ANSWER_WAITING: "answer_read", Guard.SOON_AFTER: "reopen_over"}


@transaction.atomic
def ticket_reopen(*, ticket_id: UUID, user: User, expected_version: int | None) -> Ticket:
    """Let a denied task ticket wait for people again; its deadline stays.

    Open to whoever denied it and to managers, and to neither if a rule bars them from the ticket.
    The denials are withdrawn, and calls for an emergency. Approvals stand, unless they had been
    enough before a denial turned them round: with those the ticket would wait for nobody.

    Raises:
        MissingError: if the person may not see the ticket.
        VersionMissingError: without a version.
        ForbiddenError: if a rule bars the person, or role_too_low for another person's denial.
        ConflictError: not_denied, stale_version, answer_read once the agent knows, reopen_over
            after 5 min, ticket_expired past the time to decide.
        GoneError: withdrawn or superseded.
    """
    expected = version_read(expected_version)
    _, role = ticket_for_person(user=user, ticket_id=ticket_id)
    held = ticket_hold(ticket_id=ticket_id)
    now = clock_now()
    ticket, task = held.ticket, held.task
    people = people_of(fleet=ticket.fleet)
    after = reopen_permit(ticket, task, user, role, people=people, expected=expected, now=now)
    assert task is not None, "only what is about a task is reopened"  # noqa: S101
    actor = user.get_username()
    waits_again(ticket, after)
    ticket.save()
    withdrawn = _votes_withdraw(ticket, now)
    if votes_count(ticket, people=people, now=now).verdict is VotesVerdict.APPROVED:
        withdrawn += _votes_withdraw(ticket, now, Choice.APPROVE)
    withdrawn += _votes_withdraw(ticket, now, Choice.EMERGENCY)
    followed = task_reopen_step(task=task, actor=actor)
    reopened = TicketReopened(**told_of(ticket, actor=actor), by=actor, votes_withdrawn=withdrawn)
    events_publish(reopened, *followed, now=now)
    return ticket


def reopen_permit(
    ticket: Ticket,
    task: Task | None,
    user: User,
    role: Role,
    *,
    people: Mapping[str, Person],
    expected: int,
    now: datetime,
) -> TicketStatus:
    """Return where the ticket stands once the person has reopened it, if they may do so now.

    Raises:
        ForbiddenError, ConflictError, GoneError: as `ticket_reopen`.
    """
    if status_of(ticket, now=now) != DENIED or task is None:
        raise _not_denied(ticket, now)
    if ticket.version != expected:
        raise stale(ticket, expected=expected, now=now)
    route = route_of(ticket=ticket, votes=(), people=people)
    eligibility_check(user, role, route, Choice.DENY)
    if ticket.resolved_by != user.get_username():
        role_require(role, Action.TICKET_REOPEN)
    return _moved_back(ticket, task, now)


def reopen_facts(ticket: Ticket, task: Task, *, now: datetime) -> TicketFacts:
    """Return what decides whether a denied ticket can be reopened, for the service and the page."""
    return TicketFacts(
        now=now,
        decide_by=ticket.decide_by,
        resolved_at=ticket.resolved_at,
        answer_delivered=task.answer_read_at is not None,
    )


def _moved_back(ticket: Ticket, task: Task, now: datetime) -> TicketStatus:
    facts = reopen_facts(ticket, task, now=now)
    try:
        return apply(TicketKind(ticket.kind), DENIED, Move.REOPEN, facts)
    except GuardFailedError as error:
        code = _CODE.get(Guard(error.guard), "ticket_expired")
        raise conflict(ticket, f"Too late: {error}.", code=code, now=now) from error


def waits_again(ticket: Ticket, after: TicketStatus) -> None:
    """Forget how a ticket was decided; the caller saves it."""
    ticket.state, ticket.resolution = after.state.value, ""
    ticket.resolved_at = ticket.usable_from = None
    ticket.resolved_by = ticket.reason_code = ticket.reason_text = ""
    # From here on people answer: the end of a rule takes nothing of theirs back.
    ticket.preapproval = None
    ticket.emergency = False
    ticket.version += 1


def _votes_withdraw(ticket: Ticket, now: datetime, choice: Choice = Choice.DENY) -> int:
    standing = ticket.votes.filter(withdrawn_at=None, choice=choice.value)
    return standing.update(withdrawn_at=now)


def _not_denied(ticket: Ticket, now: datetime) -> RefusalError:
    if status_of(ticket, now=now) == PENDING:
        sentence = f"Ticket #{ticket.number} waits for people already."
        return conflict(ticket, sentence, code="not_denied", now=now)
    return over(ticket, now=now)
