"""Backtests of a fleet: everybody reads them, an admin asks for one and cancels it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.backtest import window_read
from dashboard.pages.backtests import NOTHING_TYPED, WindowTyped, backtest_page, backtests_page
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, fragment, page
from dashboard.views.posting import Refused, drawn_again, effect, made_once, posted
from dashboard.views.seats import seated
from governance.domain.permissions import Action
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person, role_require
from governance.services.backtests import backtest_ask, backtest_cancel

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.pages.controls import Seat
    from dashboard.pages.trials import TrialTyped
    from dashboard.views.access import PersonRequest


@require_safe
@page
def backtests(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show where a backtest is asked for, how far it is, and the earlier ones."""
    return listed(request, fleet)


@require_safe
@fragment
def list_parts(request: PersonRequest, fleet: str) -> HttpResponse:
    """Draw the list alone, as a fresh snapshot for an open page."""
    drawn = backtests_page(policy_seat(request, fleet))
    return render(request, "backtest/list.html", {"backtests": drawn})


@require_safe
@page
def backtest(request: PersonRequest, fleet: str, backtest_id: UUID) -> HttpResponse:
    """Show one backtest: how far it is, or its report."""
    return _one(request, fleet, backtest_id)


@require_safe
@fragment
def parts(request: PersonRequest, fleet: str, backtest_id: UUID) -> HttpResponse:
    """Draw one backtest alone, as a fresh snapshot for an open page."""
    drawn = backtest_page(backtest_id, policy_seat(request, fleet))
    return render(request, "backtest/body.html", {"backtest": drawn})


@form_only
def ask(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Ask for a backtest of the open draft, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        form = window_read(person)

        def call() -> JsonResponse:
            since, until = form.ends(clock_now())
            asked = backtest_ask(fleet=found, user=person.user, since=since, until=until)
            return effect(asked.asked_at, "What becomes of it stands on this page.", in_force=False)

        return made_once(person, form.sha256, call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = WindowTyped(
            days=person.POST.get("days", ""),
            since=person.POST.get("since", ""),
            until=person.POST.get("until", ""),
            problem=refused.problem,
            wrong=refused.wrong,
        )
        return listed(person, fleet, typed=typed, status=refused.status)

    address = reverse("fleet-backtests", kwargs={"fleet": fleet})
    return posted(request, page=address, make=make, refuse=drawn_again(again))


@form_only
def cancel(request: HttpRequest, fleet: str, backtest_id: UUID) -> HttpResponseBase:
    """Cancel a backtest, once for each Idempotency-Key."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)

        def call() -> JsonResponse:
            ended = backtest_cancel(fleet=found, user=person.user, backtest_id=backtest_id)
            return effect(ended.ended_at or clock_now(), "Nothing of it is kept.", in_force=False)

        return made_once(person, str(backtest_id), call)

    def again(person: PersonRequest, refused: Refused) -> HttpResponse:
        typed = WindowTyped(problem=refused.problem)
        return listed(person, fleet, typed=typed, status=refused.status)

    address = reverse("backtest", kwargs={"fleet": fleet, "backtest_id": backtest_id})
    return posted(request, page=address, make=make, refuse=drawn_again(again))


def listed(
    request: PersonRequest,
    fleet: str,
    *,
    typed: WindowTyped = NOTHING_TYPED,
    trial: TrialTyped | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the list, with whichever form of it was refused."""
    drawn = backtests_page(policy_seat(request, fleet), typed=typed, trial=trial)
    shell = shell_for(request.user, here="backtests", fleet=fleet)
    context = {"shell": shell, "backtests": drawn}
    return render(request, "backtest/index.html", context, status=status)


def _one(request: PersonRequest, fleet: str, backtest_id: UUID) -> HttpResponse:
    drawn = backtest_page(backtest_id, policy_seat(request, fleet))
    shell = shell_for(request.user, here="backtests", fleet=fleet)
    return render(request, "backtest/page.html", {"shell": shell, "backtest": drawn})


def policy_seat(request: PersonRequest, slug: str) -> Seat:
    """Return who looks at a page about the policy, and when.

    Raises:
        ForbiddenError: unless they may read the policy.
        MissingError: for a fleet that is not theirs.
    """
    seat = seated(request, slug)
    role_require(seat.role, Action.POLICY_VIEW)
    return seat
