"""What people do to a ticket beside deciding it: snooze, ask, answer, escalate, hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.forms.holding import holder_move_read
from dashboard.views.moves import move, recorded
from dashboard.views.posting import made_once
from escalations.services.calling import ticket_escalate
from escalations.services.handing import ticket_reassign
from escalations.services.questions import ticket_answer, ticket_ask
from escalations.services.snoozing import ticket_snooze, ticket_wake

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponseBase

    from dashboard.views.access import PersonRequest


@move
def snooze(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Put a ticket one holds off until a time."""
    form = holder_move_read(request)
    until = form.until_time
    return made_once(
        request,
        form.sha256,
        lambda: recorded(
            ticket_snooze(
                ticket_id=ticket_id,
                user=request.user,
                until=until,
                expected_version=form.version,
            )
        ),
    )


@move
def wake(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Put a snoozed ticket back into the queue."""
    return recorded(ticket_wake(ticket_id=ticket_id, user=request.user))


@move
def ask(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Ask the agent or its owner, once for each Idempotency-Key."""
    form = holder_move_read(request)
    return made_once(
        request,
        form.sha256,
        lambda: recorded(
            ticket_ask(
                ticket_id=ticket_id,
                user=request.user,
                text=form.text,
                expected_version=form.version,
            )
        ),
    )


@move
def answer(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Answer the question that stands, once for each Idempotency-Key."""
    form = holder_move_read(request)
    question = form.question_id
    return made_once(
        request,
        form.sha256,
        lambda: recorded(
            ticket_answer(
                ticket_id=ticket_id,
                user=request.user,
                question_id=question,
                text=form.text,
            )
        ),
    )


@move
def escalate(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Call the next level of people, once for each Idempotency-Key."""
    form = holder_move_read(request)
    level = form.level_number
    return made_once(
        request,
        form.sha256,
        lambda: recorded(
            ticket_escalate(ticket_id=ticket_id, user=request.user, level=level, reason=form.text)
        ),
    )


@move
def reassign(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Hand a ticket to another person, once for each Idempotency-Key."""
    form = holder_move_read(request)
    return made_once(
        request,
        form.sha256,
        lambda: recorded(
            ticket_reassign(
                ticket_id=ticket_id,
                user=request.user,
                to=form.to,
                note=form.text,
                expected_version=form.version,
            )
        ),
    )
