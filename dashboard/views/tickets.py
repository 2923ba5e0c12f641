"""The ticket page, and the pieces of it that an open page takes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.forms.queue import queue_read
from dashboard.pages.panel import decision_panel
from dashboard.pages.queue import queue_row
from dashboard.pages.shell import shell_for
from dashboard.pages.standing import viewer_in
from dashboard.pages.step_up import password_given_at
from dashboard.pages.ticket import ticket_page
from dashboard.views.access import fragment, page
from escalations.selectors.tickets import ticket_of_fleet
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person, fleets_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.cards import DecisionPanel
    from dashboard.pages.panel import Typed
    from dashboard.pages.standing import Viewer
    from dashboard.views.access import PersonRequest
    from escalations.models import Ticket

OFF_BY_NOW = "What you chose cannot be done now."


@require_safe
@page
def ticket(request: PersonRequest, fleet: str, number: int) -> HttpResponse:
    """Show one ticket with everything needed to decide it."""
    return ticket_answer(request, fleet, number)


@require_safe
@fragment
def panel(request: PersonRequest, fleet: str, number: int) -> HttpResponse:
    """Draw the decision panel alone."""
    _, _, card = _read(request, fleet, number, None)
    return render(request, "ticket/panel.html", {"panel": card})


@require_safe
@fragment
def row(request: PersonRequest, fleet: str, number: int) -> HttpResponse:
    """Draw the ticket's row alone, as in the queue that is narrowed as the address says."""
    viewer, found, _ = _read(request, fleet, number, None)
    names_fleet = len(fleets_of(user=request.user)) > 1
    wanted = queue_read(request.GET).wanted
    card = queue_row(found, viewer=viewer, names_fleet=names_fleet, wanted=wanted)
    return render(request, "queue/row.html", {"row": card})


def ticket_answer(
    request: PersonRequest,
    fleet: str,
    number: int,
    *,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the ticket page; with what a person had typed where a form was not recorded.

    Raises:
        MissingError: if the person may not see the ticket.
        ConflictError: if what was to be asked about is off by now.
    """
    viewer, found, card = _read(request, fleet, number, typed)
    if typed is not None and typed.asked and card.question is None:
        raise ConflictError(OFF_BY_NOW, code="move_not_possible")
    shell = shell_for(request.user, here="ticket", fleet=fleet)
    context = {"shell": shell, "ticket": ticket_page(found, viewer=viewer, panel=card)}
    return render(request, "ticket/page.html", context, status=status)


def _read(
    request: PersonRequest, slug: str, number: int, typed: Typed | None
) -> tuple[Viewer, Ticket, DecisionPanel]:
    # The fleet, and with it the sequence number, before the ticket: no event falls in between.
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    found = ticket_of_fleet(fleet=fleet, number=number)
    viewer = viewer_in(fleet, role, request.user, now=clock_now())
    card = decision_panel(
        found,
        viewer=viewer,
        seq=fleet.event_seq,
        password_given_at=password_given_at(request.session),
        typed=typed,
    )
    return viewer, found, card
