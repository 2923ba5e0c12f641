"""Edit what an agent asks with: the holder narrows the arguments, and every vote is cast anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction

from escalations.domain.editing import LONGEST_ARGUMENTS, EditError, edit_check, is_editable
from escalations.domain.lifecycle import Move
from escalations.events import TicketEdited
from escalations.selectors.edits import EDITED, Edit, arguments_asked, task_standing
from escalations.selectors.tickets import ticket_for_person
from escalations.services.ballots import version_read
from escalations.services.holding import ticket_hold
from escalations.services.moving import holder_move_check
from escalations.services.telling import told_of
from governance.domain.canonical import CanonicalError, canonical_json, loads_strict
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now
from governance.services.editing import task_edit_step
from governance.services.events import events_publish

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import User

    from escalations.models import Ticket

FIELD = "arguments"


@transaction.atomic
def ticket_edit(
    *, ticket_id: UUID, user: User, arguments: str | None, expected_version: int | None
) -> Ticket:
    """Put edited arguments in place of those that a ticket one holds asks about.

    Every vote is withdrawn: it was given to another digest. The gate is asked again, and what is
    approved from here on is the edited form. The snapshot keeps both.

    Args:
        arguments: JSON text of all arguments as they are to be; None takes edits back.

    Raises:
        MissingError: if the person may not see the ticket.
        InvalidFieldError: for what is no JSON, widens what was asked (`domain.editing.RULE`), or
            changes nothing.
        VersionMissingError: without a version.
        LockedError: if somebody else holds it.
        ConflictError: not_claimed, not_editable, move_not_possible, stale, decided, expired,
            practice, or the gate's own code where the task has outgrown what people were shown.
        GoneError: withdrawn or superseded.
    """
    expected = version_read(expected_version)
    _, role = ticket_for_person(user=user, ticket_id=ticket_id)
    held = ticket_hold(ticket_id=ticket_id)
    ticket, now = held.ticket, clock_now()
    asked = arguments_asked(ticket)
    holder_move_check(
        ticket,
        Move.EDIT,
        user=user,
        role=role,
        expected=expected,
        now=now,
        is_editable=is_editable(asked),
    )
    assert held.task is not None, "the table lets only task tickets be edited"  # noqa: S101
    canonical = asked if arguments is None else edit_read(ticket, arguments)
    _change_check(ticket, canonical)
    task_edit_step(task=held.task, arguments=canonical, now=now)
    withdrawn = _votes_withdraw(ticket, now)
    actor = user.get_username()
    ticket.action_digest = held.task.action_digest
    edit = Edit(
        by=actor,
        at=now,
        arguments=canonical,
        action_digest=ticket.action_digest,
        withdrawn=withdrawn,
    )
    ticket.snapshot = {**ticket.snapshot, EDITED: edit.plain()}
    ticket.version += 1
    ticket.save(update_fields=["action_digest", "snapshot", "version"])
    edited = TicketEdited(
        **told_of(ticket, actor=actor),
        by=actor,
        action_digest=ticket.action_digest,
        is_as_asked=canonical == asked,
        withdrawn=withdrawn,
    )
    events_publish(edited, now=now)
    return ticket


def edit_read(ticket: Ticket, text: str) -> str:
    """Return the canonical form of edited arguments, read strictly against what was asked.

    Raises:
        InvalidFieldError: naming the place, what stands there and what is allowed.
    """
    if len(text) > LONGEST_ARGUMENTS:
        allowed = f"at most {LONGEST_ARGUMENTS:,} characters"
        raise _unusable(f"The arguments must have {allowed}.", str(len(text)), allowed)
    asked = arguments_asked(ticket)
    if not asked:
        allowed = "left out: only what an agent asks with can be edited"
        raise _unusable(f"The arguments must be {allowed}.", "arguments", allowed)
    try:
        canonical = canonical_json(loads_strict(text.encode("utf-8", "surrogatepass")))
        # Both in their canonical form: 1.0 is 1 there.
        edit_check(json.loads(asked), json.loads(canonical))
    except CanonicalError as error:
        raise _unusable(f"The arguments: {error}.", error.value, error.allowed) from error
    except EditError as error:
        raise _unusable(str(error), error.value, error.allowed) from error
    return canonical


def _change_check(ticket: Ticket, canonical: str) -> None:
    if canonical == task_standing(ticket)["arguments"]:
        raise _unusable(
            "These are the arguments that stand already.", canonical, "others than those that stand"
        )


def _votes_withdraw(ticket: Ticket, now: datetime) -> tuple[str, ...]:
    """Withdraw every standing vote and return whose they were, the oldest first."""
    standing = ticket.votes.filter(withdrawn_at=None).order_by("created_at", "id")
    names = tuple(standing.values_list("user__username", flat=True))
    standing.update(withdrawn_at=now)
    return names


def _unusable(sentence: str, value: str, allowed: str) -> InvalidFieldError:
    return InvalidFieldError(sentence, field=FIELD, value=value, allowed=allowed)
