"""Declared teams: the list, declaring one by hand, ending one early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.cards.teams import Typed
from dashboard.forms.control import control_read
from dashboard.forms.team import members_typed, team_read
from dashboard.pages.shell import shell_for
from dashboard.pages.teams import NO_END, proposed, teams_page
from dashboard.views.access import form_only, fragment, page
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.services.teams import team_declare, team_end

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.pages.controls import Seat
    from dashboard.pages.teams import TypedEnd
    from dashboard.views.access import PersonRequest


@require_safe
@page
def teams(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show the declared teams; agents that a link names stand in the form already."""
    seat = seated(request, fleet)
    return _shown(request, seat, typed=proposed(seat.fleet, request.GET.getlist("agent")))


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the teams alone, as a fresh snapshot for an open page."""
    card = teams_page(seated(request, fleet))
    return render(request, "collusion/teams_list.html", {"teams": card})


@form_only
def declare(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Declare a team, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        form = team_read(person)

        def call() -> JsonResponse:
            team = team_declare(
                fleet=found,
                user=person.user,
                name=form.name,
                members=form.members,
                reason=form.reason,
                until=form.until,
            )
            return effect(team.declared_at, "The team counts from now on.", in_force=True)

        return made_once(person, form.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = Typed(
            name=person.POST.get("name", ""),
            members=members_typed(person),
            reason=person.POST.get("reason", ""),
            until=person.POST.get("until", ""),
            wrong=refused.wrong,
            problem=refused.problem,
        )
        return _shown(person, seated(person, fleet), typed=typed, status=refused.status)

    return posted(request, page=_address(fleet), make=make, refuse=drawn_again(again))


@form_only
def end(request: HttpRequest, fleet: str, team_id: UUID) -> HttpResponseBase:
    """End a team before its time, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = control_read(person)

        def call() -> JsonResponse:
            team_end(fleet=found, team_id=team_id, user=person.user, reason=typed.reason)
            return effect(clock_now(), "The next scan may watch and accuse them.", in_force=True)

        return made_once(person, typed.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = (team_id, person.POST.get("reason", ""), refused.problem)
        return _shown(person, seated(person, fleet), typed_end=typed, status=refused.status)

    return posted(request, page=_address(fleet), make=make, refuse=drawn_again(again))


def _shown(
    request: PersonRequest,
    seat: Seat,
    *,
    typed: Typed | None = None,
    typed_end: TypedEnd = NO_END,
    status: int = 200,
) -> HttpResponse:
    card = teams_page(seat, typed=typed or Typed(), typed_end=typed_end)
    shell = shell_for(request.user, here="collusion", fleet=seat.fleet.slug)
    return render(request, "collusion/teams.html", {"shell": shell, "teams": card}, status=status)


def _address(slug: str) -> str:
    return reverse("fleet-teams", kwargs={"fleet": slug})
