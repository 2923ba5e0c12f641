"""The versions of a fleet's policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.forms.control import control_read
from dashboard.forms.policy_change import number_read
from dashboard.pages.policies import policies_page
from dashboard.pages.policy_back import roll_back_page
from dashboard.pages.policy_draft import RailTyped
from dashboard.pages.policy_editor import policy_url
from dashboard.pages.policy_general import general_versions_page
from dashboard.pages.policy_retyped import in_titles
from dashboard.pages.policy_scope import policy_scope, scope_fleet
from dashboard.pages.shell import shell_for
from dashboard.views.access import page
from dashboard.views.posting import not_recorded, posted, refusal_answer
from governance.api.problems import kind_of
from governance.domain.policy import PolicyError
from governance.domain.policy.drafts import DraftState
from governance.refusals import ConflictError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.services.policy_drafts import policy_roll_back

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError


@require_safe
@page
def policies(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show what each version of the policy changed, and what was seen before and after it."""
    found, _ = fleet_for_person(user=request.user, slug=fleet)
    card = policies_page(found, below=_below(request), now=clock_now())
    shell = shell_for(request.user, here="policies", fleet=fleet, live=False)
    return render(request, "policies/index.html", {"shell": shell, "policies": card})


@require_safe
@page
def general(request: PersonRequest) -> HttpResponse:
    """Show what each version of the policy of all fleets changed."""
    scope_fleet(request.user, "")
    card = general_versions_page(below=_below(request))
    shell = shell_for(request.user, here="policies", live=False)
    return render(request, "policies/index.html", {"shell": shell, "policies": card})


@require_http_methods(["GET", "HEAD", "POST"])
def roll_back(request: HttpRequest, number: int, fleet: str = "") -> HttpResponseBase:
    """Show what an earlier version would change; with a reason, bring it back."""
    if request.method == "POST":
        return _rolled_back(request, fleet, number)
    return _back_page(request, fleet, number)


@page
def _back_page(request: PersonRequest, fleet: str, number: int) -> HttpResponse:
    return _drawn(request, fleet, number)


def _rolled_back(request: HttpRequest, fleet: str, number: int) -> HttpResponseBase:
    def make(person: PersonRequest) -> HttpResponseBase:
        found = scope_fleet(person.user, fleet)
        reason = control_read(person).reason
        try:
            draft = policy_roll_back(
                fleet=found,
                user=person.user,
                to=number,
                reason=reason,
                replaces=number_read(person.POST.get("replaces", "")) or 0,
            )
        except PolicyError as error:
            # It was right when it was published; a rule of the product came later.
            raise ConflictError(
                f"Policy {number} cannot come back as it is: {error.problems[0]}.",
                code="policy_contradiction",
            ) from error
        done = "restored" if draft.state == DraftState.PUBLISHED else "proposed"
        return redirect(f"{policy_url(found)}?done={done}")

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        def draw() -> HttpResponse:
            typed = RailTyped(
                problem=in_titles(not_recorded(error)),
                reason=person.POST.get("reason", ""),
                wrong="reason" if error.field == "reason" else "",
            )
            return _drawn(person, fleet, number, typed=typed, status=kind_of(error).status)

        return refusal_answer(person, error, draw)

    return posted(request, page=request.path, make=make, refuse=refuse, stays=True)


def _drawn(
    request: PersonRequest,
    fleet: str,
    number: int,
    *,
    typed: RailTyped | None = None,
    status: int = 200,
) -> HttpResponse:
    card = roll_back_page(policy_scope(request.user, fleet), number, typed=typed)
    shell = shell_for(request.user, here="policies", fleet=fleet, live=False)
    return render(request, "policies/back.html", {"shell": shell, "back": card}, status=status)


def _below(request: HttpRequest) -> int | None:
    return number_read(request.GET.get("below", ""))
