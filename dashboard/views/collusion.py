"""Collusion: the list of rings, one with its evidence, a scan by hand, an appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.control import control_read, tie_read
from dashboard.pages.collusion import ring_list
from dashboard.pages.ring import NOTHING_TYPED, ring_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, fragment, page
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from governance.domain.collusion.checks import checks_progress
from governance.selectors.clock import clock_now
from governance.selectors.collusion import ring_of
from governance.selectors.people import fleet_for_person
from governance.selectors.tie_checks import check_so_far
from governance.services.collusion_scans import scan_start
from governance.services.ring_verdicts import ring_clear
from governance.services.tie_checks import tie_check_ask

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.pages.ring import Typed
    from dashboard.views.access import PersonRequest


@require_safe
@page
def rings(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what the fleet's scans found."""
    return _listed(request, fleet)


@require_safe
@fragment
def list_parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the list alone, as a fresh snapshot for an open page."""
    listed = ring_list(seated(request, fleet))
    return render(request, "collusion/list.html", {"collusion": listed})


@form_only
def scan(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Ask for a scan of the whole window, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)

        def call() -> JsonResponse:
            asked = scan_start(fleet=found, user=person.user)
            return effect(asked.started_at, "What it finds stands on this page.", in_force=False)

        return made_once(person, "scan", call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        return _listed(person, fleet, problem=refused.problem, status=refused.status)

    return posted(
        request,
        page=reverse("fleet-collusion", kwargs={"fleet": fleet}),
        make=make,
        refuse=drawn_again(again),
    )


@form_only
def check(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Ask for checks of a watched tie, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        tie = tie_read(person)

        def call() -> JsonResponse:
            asked = tie_check_ask(fleet=found, user=person.user, agents=tie.agents)
            so_far = check_so_far(check=asked)
            told = checks_progress(so_far.wanted, so_far.done)
            return effect(asked.asked_at, told, in_force=False)

        return made_once(person, tie.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        return _listed(person, fleet, check_problem=refused.problem, status=refused.status)

    return posted(
        request,
        page=reverse("fleet-collusion", kwargs={"fleet": fleet}),
        make=make,
        refuse=drawn_again(again),
        part="#watched",
    )


@require_safe
@page
def ring(request: PersonRequest, fleet: str, ring_id: UUID) -> HttpResponse:
    """Show one ring: its evidence, members, jobs, what would change the verdict."""
    return _ring(request, fleet, ring_id)


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str, ring_id: UUID) -> HttpResponse:
    """Draw the ring's parts alone, as a fresh snapshot for an open page."""
    seat = seated(request, fleet)
    ring_of(fleet=seat.fleet, ring_id=ring_id)
    return render(request, "collusion/body.html", {"ring": ring_page(ring_id, seat)})


@form_only
def clear(request: HttpRequest, fleet: str, ring_id: UUID) -> HttpResponseBase:
    """Take a confirmation back, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = control_read(person)

        def call() -> JsonResponse:
            ring_clear(fleet=found, ring_id=ring_id, user=person.user, reason=typed.reason)
            return effect(clock_now(), "Nothing stands against them now.", in_force=True)

        return made_once(person, typed.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = (person.POST.get("reason", ""), refused.problem)
        return _ring(person, fleet, ring_id, typed=typed, status=refused.status)

    return posted(
        request,
        page=reverse("ring", kwargs={"fleet": fleet, "ring_id": ring_id}),
        make=make,
        refuse=drawn_again(again),
    )


def _listed(
    request: PersonRequest,
    slug: str,
    *,
    problem: str = "",
    check_problem: str = "",
    status: int = 200,
) -> HttpResponse:
    listed = ring_list(seated(request, slug), problem=problem, check_problem=check_problem)
    shell = shell_for(request.user, here="collusion", fleet=slug)
    context = {"shell": shell, "collusion": listed}
    return render(request, "collusion/index.html", context, status=status)


def _ring(
    request: PersonRequest,
    slug: str,
    ring_id: UUID,
    *,
    typed: Typed = NOTHING_TYPED,
    status: int = 200,
) -> HttpResponse:
    seat = seated(request, slug)
    ring_of(fleet=seat.fleet, ring_id=ring_id)
    card = ring_page(ring_id, seat, typed=typed)
    shell = shell_for(request.user, here="collusion", fleet=slug)
    return render(request, "collusion/page.html", {"shell": shell, "ring": card}, status=status)
