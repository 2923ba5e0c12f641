"""Edits of arguments as one person sees them: the form of the holder, and what was edited."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.editing import EditForm, EditNote
from dashboard.display.argument_diff import argument_diff
from dashboard.display.visible_text import misleading_places
from dashboard.pages.holding import why_not_held
from dashboard.pages.names import names_of
from escalations.domain.editing import LONGEST_ARGUMENTS, RULE, is_editable
from escalations.domain.guards import GUARD_MEANING, Guard
from escalations.domain.lifecycle import MOVES, PENDING, Move, TicketKind
from escalations.selectors.edits import arguments_asked, edit_of, is_edited, task_standing

if TYPE_CHECKING:
    from dashboard.pages.holding import TypedMove
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket

EDIT, TAKE_BACK = "edit", "edit-back"


def edit_form(ticket: Ticket, viewer: Viewer, typed: TypedMove | None = None) -> EditForm | None:
    """Return the form that edits a request; None where the kind of ticket has nothing to edit.

    Args:
        ticket: with agent and claim loaded (`tickets_shown`).
        viewer: the person who looks.
        typed: what came back from it: read, and to be confirmed, or refused.
    """
    if (PENDING, Move.EDIT) not in MOVES[TicketKind(ticket.kind)]:
        return None
    asked, standing = arguments_asked(ticket), task_standing(ticket)["arguments"]
    why = why_not_held(ticket, viewer, "edits it")
    if not is_editable(asked):
        meaning = GUARD_MEANING[Guard.EDITABLE]
        why = f"{meaning[0].upper()}{meaning[1:]}."
    came = typed if typed is not None and typed.form in {EDIT, TAKE_BACK} else None
    draft = came.draft if came else ""
    slug = {"fleet": viewer.fleet.slug, "number": ticket.number}
    return EditForm(
        review_url=reverse("ticket-edit-review", kwargs=slug),
        url=reverse("ticket-edit", kwargs=slug),
        back_url=reverse("ticket-edit-back", kwargs=slug) if is_edited(ticket) else "",
        text=(came.text if came else "") or editable_text(standing),
        rule=RULE,
        most=LONGEST_ARGUMENTS,
        why_off=why,
        draft=draft,
        diff=argument_diff(asked, draft) if draft else None,
        problem=came.problem if came else "",
        is_typed=bool(came and came.text),
    )


def edit_note(ticket: Ticket, viewer: Viewer) -> EditNote | None:
    """Return what the last edit of the request did; None where nobody edited it."""
    edit = edit_of(ticket)
    if edit is None:
        return None
    names = names_of([edit.by, *edit.withdrawn])
    me = viewer.user.get_username()
    return EditNote(
        by="you" if edit.by == me else names.get(edit.by, edit.by),
        at=edit.at,
        withdrawn=tuple("you" if name == me else names.get(name, name) for name in edit.withdrawn),
        diff=argument_diff(arguments_asked(ticket), edit.arguments) if is_edited(ticket) else None,
    )


def editable_text(canonical: str) -> str:
    """Return arguments as indented JSON, in which whatever misleads is written as an escape.

    The same characters stand in the canonical form, so nothing hidden is lost or slips in.
    """
    text = json.dumps(json.loads(canonical), indent=2, ensure_ascii=False)
    misleading = misleading_places(text)
    return "".join(
        json.dumps(char)[1:-1] if at in misleading and char != "\n" else char
        for at, char in enumerate(text)
    )
