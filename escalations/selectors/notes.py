"""What was said of a ticket while it waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from escalations.domain.notes import NoteKind
from escalations.models import Note

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from escalations.models import Ticket


def notes_of(*, ticket: Ticket) -> list[Note]:
    """Return questions, answers and hand-overs with their people, oldest first."""
    notes = Note.objects.filter(ticket=ticket).select_related("user", "given_to")
    return list(notes.order_by("created_at", "id"))


def question_standing(*, ticket: Ticket) -> Note | None:
    """Return the question that waits for an answer, if one does."""
    if not ticket.needs_info:
        return None
    asked = Note.objects.filter(ticket=ticket, kind=NoteKind.QUESTION.value)
    return asked.latest("created_at", "id")


def questions_standing(*, tickets: Collection[Ticket]) -> Mapping[UUID, Note]:
    """Return the question of each ticket that waits for an answer, by ticket; one query."""
    waiting = [ticket.pk for ticket in tickets if ticket.needs_info]
    asked = Note.objects.filter(ticket__in=waiting, kind=NoteKind.QUESTION.value)
    latest = asked.order_by("ticket_id", "-created_at", "-id").distinct("ticket_id")
    return {note.ticket_id: note for note in latest}
