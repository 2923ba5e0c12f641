"""Trials of draft policies: everybody reads them, an admin starts, compares and ends one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.backtest import trial_read
from dashboard.forms.control import control_read
from dashboard.pages.shell import shell_for
from dashboard.pages.trials import NOTHING_TYPED, TrialTyped, trial_page
from dashboard.views.access import form_only, fragment, page
from dashboard.views.backtests import listed, policy_seat
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.services.trials import trial_compare, trial_start, trial_stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.views.access import PersonRequest

    Maker = Callable[[PersonRequest], HttpResponseBase]


@require_safe
@page
def trial(request: PersonRequest, fleet: str, trial_id: UUID) -> HttpResponse:
    """Show one trial: what is tried, how long it goes on, what it came to so far."""
    return _one(request, fleet, trial_id)


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str, trial_id: UUID) -> HttpResponse:
    """Draw one trial alone, as a fresh snapshot for an open page."""
    drawn = trial_page(trial_id, policy_seat(request, fleet))
    return render(request, "backtest/trial_body.html", {"trial": drawn})


@form_only
def start(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Start a trial of the open draft, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        form = trial_read(person)

        def call() -> JsonResponse:
            begun = trial_start(fleet=found, user=person.user, days=form.days, reason=form.reason)
            then = "The policy in force goes on deciding."
            return effect(begun.started_at, then, in_force=False)

        return made_once(person, form.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = TrialTyped(
            days=person.POST.get("days", ""),
            reason=person.POST.get("reason", ""),
            problem=refused.problem,
            wrong=refused.wrong,
        )
        return listed(person, fleet, trial=typed, status=refused.status)

    address = reverse("fleet-backtests", kwargs={"fleet": fleet})
    return posted(request, page=address, make=make, refuse=drawn_again(again), part="#trials")


@form_only
def compare(request: HttpRequest, fleet: str, trial_id: UUID) -> HttpResponseBase:
    """Compare a trial now, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)

        def call() -> JsonResponse:
            asked = trial_compare(fleet=found, user=person.user, trial_id=trial_id)
            return effect(asked.asked_at, "What becomes of it stands on this page.", in_force=False)

        return made_once(person, "compare", call)

    return _moved(request, fleet, trial_id, make)


@form_only
def end(request: HttpRequest, fleet: str, trial_id: UUID) -> HttpResponseBase:
    """End a trial before its days are over, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        typed = control_read(person)

        def call() -> JsonResponse:
            trial_stop(fleet=found, user=person.user, trial_id=trial_id, reason=typed.reason)
            return effect(clock_now(), "What happened until now is compared.", in_force=False)

        return made_once(person, typed.sha256, call)

    return _moved(request, fleet, trial_id, make)


def _moved(request: HttpRequest, fleet: str, trial_id: UUID, make: Maker) -> HttpResponseBase:
    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = TrialTyped(reason=person.POST.get("reason", ""), problem=refused.problem)
        return _one(person, fleet, trial_id, typed=typed, status=refused.status)

    address = reverse("trial", kwargs={"fleet": fleet, "trial_id": trial_id})
    return posted(request, page=address, make=make, refuse=drawn_again(again))


def _one(
    request: PersonRequest,
    fleet: str,
    trial_id: UUID,
    *,
    typed: TrialTyped = NOTHING_TYPED,
    status: int = 200,
) -> HttpResponse:
    drawn = trial_page(trial_id, policy_seat(request, fleet), typed=typed)
    shell = shell_for(request.user, here="backtests", fleet=fleet)
    return render(request, "backtest/trial.html", {"shell": shell, "trial": drawn}, status=status)
