"""The escalation policy of a fleet: everybody reads it, an admin puts another in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dashboard.forms.escalation import escalation_read, levels_typed
from dashboard.pages.controls import Seat
from dashboard.pages.escalation_policy import escalation_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import page
from dashboard.views.posting import effect, made_once, not_recorded, posted, refusal_answer
from escalations.services.escalation_policies import escalation_publish
from governance.api.problems import kind_of
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.cards.escalation_policy import EscalationPage
    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError


@require_safe
@page
def escalation(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show who is called for the fleet's tickets."""
    seat = _seated(request, fleet)
    return _shown(request, seat, escalation_page(seat))


@require_POST
def publish(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Put another policy in force, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        form = escalation_read(person)

        def call() -> JsonResponse:
            escalation_publish(
                fleet=found,
                user=person.user,
                levels=form.levels,
                shares=form.shares,
                reason=form.reason,
                replaces=form.replaces,
            )
            then = "It counts for tickets that open from now on."
            return effect(clock_now(), then, in_force=True)

        return made_once(person, form.sha256, call)

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        def draw() -> HttpResponse:
            seat = _seated(person, fleet)
            card = escalation_page(
                seat,
                typed=[(each.people, each.roles, each.share) for each in levels_typed(person)],
                reason=person.POST.get("reason", ""),
                problem=not_recorded(error),
                wrong=error.field,
            )
            return _shown(person, seat, card, status=kind_of(error).status)

        return refusal_answer(person, error, draw)

    address = reverse("fleet-escalation", kwargs={"fleet": fleet})
    return posted(request, page=address, make=make, refuse=refuse)


def _shown(
    request: PersonRequest, seat: Seat, card: EscalationPage, *, status: int = 200
) -> HttpResponse:
    shell = shell_for(request.user, here="escalation", fleet=seat.fleet.slug, live=False)
    context = {"shell": shell, "escalation": card}
    return render(request, "escalation/index.html", context, status=status)


def _seated(request: PersonRequest, slug: str) -> Seat:
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    return Seat(fleet=fleet, role=role, user=request.user, now=clock_now())
