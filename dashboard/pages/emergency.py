"""An emergency as one person sees it: who calls it, and why not where they cannot agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.emergency import CallLine, Emergency
from dashboard.cards.holding import HolderForm
from dashboard.display.durations import moment_time
from dashboard.pages.marks import countdown
from dashboard.pages.standing import why_not_now
from dashboard.pages.votes import votes_of
from escalations.domain.lifecycle import TicketKind, TicketState
from escalations.domain.routing import barred_reasons
from escalations.domain.voting import Choice
from escalations.selectors.emergency import calls_of
from escalations.selectors.routing import route_of
from escalations.selectors.tickets import status_of
from governance.domain.permissions import Action, permitted
from governance.selectors.people import person_name

if TYPE_CHECKING:
    from dashboard.pages.holding import TypedMove
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket

FORM = "emergency"


def emergency_card(
    ticket: Ticket, *, viewer: Viewer, typed: TypedMove | None = None
) -> Emergency | None:
    """Return the calls on a task that waits, and for an admin the form; None for other tickets.

    Args:
        ticket: with agent, claim and votes loaded (`tickets_shown`).
        viewer: the person who looks.
        typed: what came back from one of the forms of the panel.
    """
    waits = status_of(ticket, now=viewer.now).state is TicketState.PENDING
    if ticket.kind != TicketKind.TASK or ticket.practice or not waits:
        return None
    calls = call_lines(ticket, viewer)
    return Emergency(
        calls=calls,
        form=_form(ticket, viewer, calls, typed),
        takes_approval=any(
            vote.user_id == viewer.user.pk and vote.choice == Choice.APPROVE
            for vote in votes_of(ticket)
        ),
    )


def call_lines(ticket: Ticket, viewer: Viewer) -> tuple[CallLine, ...]:
    """Return the calls that count now, oldest first."""
    calls = calls_of(ticket, votes=votes_of(ticket), people=viewer.people, now=viewer.now)
    return tuple(
        CallLine(
            id=str(call.vote.pk),
            name=person_name(call.vote.user),
            lapses=countdown(call.vote.created_at, call.lapses_at, now=viewer.now),
            reason=call.vote.reason_text,
            is_me=call.vote.user_id == viewer.user.pk,
        )
        for call in calls
    )


def called_words(ticket: Ticket, viewer: Viewer) -> str:
    """Return the call that counts as one sentence for a list; empty where there is none."""
    calls = call_lines(ticket, viewer)
    if not calls:
        return ""
    return f"{calls[0].sentence} by {moment_time(calls[0].lapses.deadline, now=viewer.now)}"


def _form(
    ticket: Ticket, viewer: Viewer, calls: tuple[CallLine, ...], typed: TypedMove | None
) -> HolderForm | None:
    if not permitted(viewer.role, Action.TICKET_EMERGENCY):
        return None
    why = why_not_now(viewer, ticket, Choice.EMERGENCY)
    if not why and any(call.is_me for call in calls):
        why = "You have called it; now another admin must agree."
    if not why and not _has_another(ticket, viewer):
        why = "It takes two admins, and nobody but you is one who may decide this ticket."
    came_back = typed if typed is not None and typed.form == FORM else None
    place = {"fleet": viewer.fleet.slug, "number": ticket.number}
    return HolderForm(
        url=reverse("ticket-decide", kwargs=place),
        why_off=why,
        typed=came_back.text if came_back else "",
        problem=came_back.problem if came_back else "",
        problem_at=came_back.problem_at if came_back else "",
    )


def _has_another(ticket: Ticket, viewer: Viewer) -> bool:
    """Return whether an admin beside the viewer could agree."""
    route = route_of(ticket=ticket, votes=(), people=viewer.people)
    return any(
        not barred_reasons(person, route, Choice.EMERGENCY)
        for person in viewer.people.values()
        if person.id != str(viewer.user.pk)
    )
