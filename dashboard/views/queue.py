"""The queue and the list of settled tickets, of one fleet or of all of a person's fleets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.pages.queue import decided_page, kind_read, position_read, queue_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from governance.selectors.people import fleet_for_person, fleets_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dashboard.cards import QueuePage
    from dashboard.views.access import PersonRequest
    from governance.domain.types import Role
    from governance.models import Fleet


@require_safe
def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the signature is Django's
    """Lead to the queue."""
    return redirect("queue")


@require_safe
@page
def queue(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Show what waits for the person."""
    card = _card(request, fleet)
    shell = shell_for(
        request.user, here="queue", fleet=fleet, waiting=len(card.rows) if card.is_whole else None
    )
    return render(request, "queue/index.html", {"shell": shell, "queue": card})


@require_safe
@fragment
def rows(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Draw the list alone, as a fresh snapshot for an open page."""
    return render(request, "queue/list.html", {"queue": _card(request, fleet)})


@require_safe
@page
def decided(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Show what was decided, what expired and what was withdrawn."""
    card = decided_page(
        request.user,
        _seats(request, fleet),
        url=_url("decided", fleet),
        before=position_read(request.GET.get("before", "")),
    )
    shell = shell_for(request.user, here="decided", fleet=fleet, live=False)
    return render(request, "queue/decided.html", {"shell": shell, "decided": card})


def _card(request: PersonRequest, fleet: str) -> QueuePage:
    return queue_page(
        request.user,
        _seats(request, fleet),
        url=_url("queue", fleet),
        list_url=_url("queue-rows", fleet),
        kind=kind_read(request.GET.get("kind", "")),
    )


def _seats(request: PersonRequest, fleet: str) -> list[tuple[Fleet, Role]]:
    if fleet:
        return [fleet_for_person(user=request.user, slug=fleet)]
    return fleets_of(user=request.user)


def _url(name: str, fleet: str) -> str:
    return reverse(f"fleet-{name}", kwargs={"fleet": fleet}) if fleet else reverse(name)
