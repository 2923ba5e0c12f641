"""What a person does to a ticket: undo, reopen, claim, let go. POST only, each by one service."""

from __future__ import annotations

from functools import update_wrapper
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse

from dashboard.forms.decision import version_read
from dashboard.views.access import form_only
from dashboard.views.posting import made_once, posted
from dashboard.views.refused import refused
from escalations.selectors.tickets import ticket_of_fleet
from escalations.services.claims import ticket_claim, ticket_claim_release, ticket_claim_renew
from escalations.services.reopening import ticket_reopen
from escalations.services.undoing import ticket_undo
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from dashboard.views.access import PersonRequest
    from escalations.models import Ticket

    Move = Callable[[PersonRequest, UUID], HttpResponseBase]

# The body of an undo and of a reopening says nothing but the version.
_UNDO = "undo"
_REOPEN = "reopen"


def move(make: Move) -> Callable[[HttpRequest, str, int], HttpResponseBase]:
    """Let a signed-in member of the fleet make a move, and answer in the sender's form."""

    def answer(request: HttpRequest, fleet: str, number: int) -> HttpResponseBase:
        return moved(request, fleet, number, make)

    update_wrapper(answer, make)
    return form_only(answer)


def moved(request: HttpRequest, fleet: str, number: int, make: Move) -> HttpResponseBase:
    """Answer a move of a signed-in member of the fleet in the sender's form."""

    def made(person: PersonRequest) -> HttpResponseBase:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        return make(person, ticket_of_fleet(fleet=found, number=number).pk)

    return posted(
        request,
        page=reverse("ticket", kwargs={"fleet": fleet, "number": number}),
        make=made,
        refuse=lambda person, error: refused(person, error, fleet=fleet, number=number),
    )


@move
def undo(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Take back an approval of one's own while nothing can have run."""
    version = version_read(request)

    def call() -> JsonResponse:
        return recorded(
            ticket_undo(ticket_id=ticket_id, user=request.user, expected_version=version)
        )

    return made_once(request, f"{_UNDO} {version}", call)


@move
def reopen(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Take back a denial that the agent does not know of."""
    version = version_read(request)

    def call() -> JsonResponse:
        return recorded(
            ticket_reopen(ticket_id=ticket_id, user=request.user, expected_version=version)
        )

    return made_once(request, f"{_REOPEN} {version}", call)


@move
def claim(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Claim a ticket, take it over, or (`renew`) say that one is still at work on it."""
    if request.POST.get("renew"):
        return recorded(ticket_claim_renew(ticket_id=ticket_id, user=request.user))
    claimed = ticket_claim(
        ticket_id=ticket_id,
        user=request.user,
        expected_version=version_read(request),
        take_over=bool(request.POST.get("take_over")),
    )
    return recorded(claimed)


@move
def release_claim(request: PersonRequest, ticket_id: UUID) -> HttpResponseBase:
    """Put a ticket one holds back into the queue."""
    return recorded(ticket_claim_release(ticket_id=ticket_id, user=request.user))


def recorded(ticket: Ticket) -> JsonResponse:
    """Return that a move is recorded, when, and the ticket as it is then."""
    usable_from = ticket.usable_from
    return JsonResponse(
        {
            "ok": True,
            "recorded_at": clock_now().isoformat(),
            "ticket": {
                "number": ticket.number,
                "state": ticket.state,
                "resolution": ticket.resolution,
                "version": ticket.version,
                "usable_from": usable_from.isoformat() if usable_from else None,
            },
        }
    )
