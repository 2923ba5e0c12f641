"""What a fleet's messages may reach: managers read it, an admin puts other lists in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.outbound import outbound_read
from dashboard.pages.outbound import outbound_form, outbound_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, page
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.services.outbound import outbound_set

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.cards.outbound import OutboundPage
    from dashboard.pages.controls import Seat
    from dashboard.views.access import PersonRequest


@require_safe
@page
def outbound(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what may be reached; who may not see it is told so."""
    seat = seated(request, fleet)
    return _shown(request, seat, outbound_page(seat))


@form_only
def change(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Put other lists in force, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        form = outbound_read(person)

        def call() -> JsonResponse:
            outbound_set(
                fleet=found,
                user=person.user,
                networks=form.networks,
                callback_hosts=form.hosts,
                reason=form.reason,
            )
            return effect(clock_now(), "The next message goes by it.", in_force=False)

        return made_once(person, form.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        seat = seated(person, fleet)
        form = outbound_form(
            seat,
            networks=person.POST.get("networks", ""),
            hosts=person.POST.get("callback_hosts", ""),
            reason=person.POST.get("reason", ""),
            problem=refused.problem,
            wrong=refused.wrong,
        )
        card = outbound_page(seat, form=form)
        return _shown(person, seat, card, status=refused.status)

    address = reverse("fleet-outbound", kwargs={"fleet": fleet})
    return posted(request, page=address, make=make, refuse=drawn_again(again))


def _shown(
    request: PersonRequest, seat: Seat, card: OutboundPage, *, status: int = 200
) -> HttpResponse:
    shell = shell_for(request.user, here="webhooks", fleet=seat.fleet.slug, live=False)
    status = 403 if card.unseen else status
    context = {"shell": shell, "outbound": card}
    return render(request, "outbound/index.html", context, status=status)
