"""Whether a denial can still be taken back, by whom, and how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards import ReopenWindow
from dashboard.pages.marks import countdown
from dashboard.pages.standing import why_not
from escalations.domain.guards import REOPEN_WITHIN
from escalations.domain.lifecycle import DENIED, Move, TicketKind, apply
from escalations.domain.voting import Choice
from escalations.selectors.tickets import status_of
from escalations.services.reopening import reopen_facts
from governance.domain.moves import GuardFailedError
from governance.domain.permissions import Action
from governance.domain.permissions import why_not as why_not_permitted

if TYPE_CHECKING:
    from dashboard.pages.standing import Viewer
    from escalations.models import Ticket


def reopen_window(ticket: Ticket, viewer: Viewer) -> ReopenWindow | None:
    """Return how long a denied task ticket can be reopened, or why not; None for any other."""
    task, denied_at = ticket.task, ticket.resolved_at
    if status_of(ticket, now=viewer.now) != DENIED or task is None or denied_at is None:
        return None
    facts = reopen_facts(ticket, task, now=viewer.now)
    try:
        apply(TicketKind(ticket.kind), DENIED, Move.REOPEN, facts)
    except GuardFailedError as error:
        return ReopenWindow(url="", countdown=None, why_off=f"{error.why.capitalize()}.")
    until = min(denied_at + REOPEN_WITHIN, ticket.decide_by)
    return ReopenWindow(
        url=reverse("ticket-reopen", kwargs={"fleet": viewer.fleet.slug, "number": ticket.number}),
        countdown=countdown(denied_at, until, now=viewer.now),
        why_off=_barred(ticket, viewer),
    )


def _barred(ticket: Ticket, viewer: Viewer) -> str:
    barred = why_not(viewer, ticket, Choice.DENY)
    if barred or ticket.resolved_by == viewer.user.get_username():
        return barred
    return why_not_permitted(viewer.role, Action.TICKET_REOPEN)
