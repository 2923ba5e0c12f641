"""The queue, of one fleet or of all of a person's fleets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dashboard.forms.queue import left_read, queue_read
from dashboard.pages.calls import calls_for
from dashboard.pages.onward import onward_url
from dashboard.pages.queue import queue_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from dashboard.views.seats import seats_named, url_named

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dashboard.cards import QueuePage
    from dashboard.views.access import PersonRequest


@require_safe
def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the signature is Django's
    """Lead to the queue."""
    return redirect("queue")


@require_safe
@page
def queue(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Show what waits for the person."""
    card = _card(request, fleet)
    shell = shell_for(request.user, here="queue", fleet=fleet, waiting=card.waiting)
    return render(request, "queue/index.html", {"shell": shell, "queue": card})


@require_safe
@fragment
def rows(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Draw the list alone, as a fresh snapshot for an open page."""
    return render(request, "queue/list.html", {"queue": _card(request, fleet)})


@require_safe
@fragment
def calls(request: PersonRequest) -> HttpResponse:
    """Say how much waits for the person and which tickets call them, for an open page."""
    return JsonResponse(calls_for(request.user))


@require_safe
@page
def onward(request: PersonRequest, fleet: str = "") -> HttpResponse:
    """Lead to the next ticket of the queue, chosen now, or back to the queue that is cleared."""
    return redirect(
        onward_url(
            request.user,
            seats_named(request, fleet),
            url=url_named("queue", fleet),
            wanted=queue_read(request.GET).wanted,
            left=left_read(request.GET),
        )
    )


def _card(request: PersonRequest, fleet: str) -> QueuePage:
    return queue_page(
        request.user,
        seats_named(request, fleet),
        url=url_named("queue", fleet),
        list_url=url_named("queue-rows", fleet),
        together_url=url_named("together", fleet),
        form=queue_read(request.GET),
    )
