"""Answers about what a cascade holds: which tasks they name, and who may let one go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.lifecycle import TicketKind
from escalations.domain.routing import resume_reasons
from escalations.domain.voting import ABOUT_HELD, Choice
from escalations.selectors.routing import person_of
from escalations.services.ballots import barred_refusal
from escalations.services.conflicts import conflict
from governance.domain.types import TaskState
from governance.refusals import InvalidFieldError
from governance.selectors.held_tasks import held_named, held_waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from escalations.models import Ticket
    from escalations.services.ballots import Ballot
    from escalations.services.holding import HeldTicket
    from governance.models import Task

NAMED_MOST = 200
FIELD = "tasks"


def held_read(ticket: Ticket, choice: Choice, names: Sequence[str]) -> list[Task]:
    """Return the held tasks that an answer names, those above others first.

    Raises:
        InvalidFieldError: if the answer names none, too many or a task the cascade never held;
            or if it is none that takes tasks.
    """
    if choice not in ABOUT_HELD or ticket.subject is None:
        if names:
            raise _unusable("Only an answer about held tasks names any.", names, "left out")
        return []
    if not 1 <= len(names) <= NAMED_MOST:
        sentence = "Name the held tasks that the answer is about."
        raise _unusable(sentence, names, f"1 to {NAMED_MOST} external ids of tasks")
    found = held_named(cascade_id=ticket.subject, names=names)
    unknown = sorted(set(names).difference(task.external_id for task in found))
    if unknown:
        sentence = f"The cascade holds no task {unknown[0]}."
        raise _unusable(sentence, unknown, "external ids of tasks it holds")
    return found


def held_check(held: HeldTicket, ballot: Ballot, *, now: datetime) -> None:
    """Refuse an answer about a locked task that is settled, or that this person may not start.

    Ending a task is open to everybody who may answer; letting it go on is not for the owner of its
    agent, nor for whoever asked for it. An answer that names no task is for an empty cascade.

    Raises:
        ConflictError: already_settled, or still_holds.
        ForbiddenError: if a rule bars the person from letting one of the tasks go on.
    """
    ticket = held.ticket
    if ticket.kind != TicketKind.CASCADE or ticket.subject is None:
        return
    if not held.answered:
        waiting = held_waiting(cascade_id=ticket.subject)
        if waiting:
            sentence = f"The cascade still holds {waiting}; settle that first."
            raise conflict(ticket, sentence, code="still_holds", now=now)
    for task in held.answered:
        if task.state != TaskState.HELD:
            sentence = f"Task {task.external_id} is no longer held; it is {task.state}."
            raise conflict(ticket, sentence, code="already_settled", now=now)
        if ballot.choice is Choice.RESUME:
            _resume_check(task, ballot)


def _resume_check(task: Task, ballot: Ballot) -> None:
    reasons = resume_reasons(
        person_of(ballot.user, ballot.role),
        agent_name=task.agent.external_id,
        owner_id=str(task.agent.owner_id),
        requested_by=task.requested_by,
    )
    if reasons:
        raise barred_refusal(reasons, about=f"Task {task.external_id}: ")


def _unusable(sentence: str, names: Sequence[str], allowed: str) -> InvalidFieldError:
    return InvalidFieldError(sentence, field=FIELD, value=", ".join(names), allowed=allowed)
