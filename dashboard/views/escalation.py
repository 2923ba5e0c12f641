"""The escalation policy of a fleet: everybody reads it, an admin puts another in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.forms.escalation import escalation_read, levels_typed
from dashboard.pages.controls import Seat
from dashboard.pages.escalation_policy import PolicyTyped, escalation_page
from dashboard.pages.reaching import fleet_channels
from dashboard.pages.shell import shell_for
from dashboard.views.access import form_only, page
from dashboard.views.posting import effect, made_once, not_recorded, posted, refusal_answer
from escalations.services.escalation_policies import escalation_publish
from escalations.services.level_testing import level_test
from governance.api.problems import kind_of
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.pages.channels import ChannelTyped
    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError


@require_safe
@page
def escalation(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show who is called for the fleet's tickets."""
    return policy_drawn(request, fleet)


@form_only
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
                chat_after_s=form.chat_after_s,
                mail_after_s=form.mail_after_s,
                reason=form.reason,
                replaces=form.replaces,
            )
            then = "It counts for tickets that open from now on."
            return effect(clock_now(), then, in_force=True)

        return made_once(person, form.sha256, call)

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        def draw() -> HttpResponse:
            typed = PolicyTyped(
                levels=[(each.people, each.roles, each.share) for each in levels_typed(person)],
                chat_after_s=person.POST.get("chat_after_s", ""),
                mail_after_s=person.POST.get("mail_after_s", ""),
                reason=person.POST.get("reason", ""),
                problem=not_recorded(error),
                wrong=error.field,
            )
            return policy_drawn(person, fleet, status=kind_of(error).status, typed=typed)

        return refusal_answer(person, error, draw)

    address = reverse("fleet-escalation", kwargs={"fleet": fleet})
    return posted(request, page=address, make=make, refuse=refuse)


@form_only
def send_test(request: HttpRequest, fleet: str, level: int) -> HttpResponseBase:
    """Send a test message to everybody whom a level calls."""

    def make(person: PersonRequest) -> HttpResponse:
        found, _ = fleet_for_person(user=person.user, slug=fleet)
        made = level_test(fleet=found, user=person.user, level=level)
        return JsonResponse({"ok": True, "sent": made.sent, "quiet": made.quiet})

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        def draw() -> HttpResponse:
            status = kind_of(error).status
            return policy_drawn(person, fleet, status=status, untested=(level, error.sentence))

        return refusal_answer(person, error, draw)

    address = reverse("fleet-escalation", kwargs={"fleet": fleet})
    return posted(request, page=address, make=make, refuse=refuse, part=f"#level-{level}")


def policy_drawn(
    request: PersonRequest,
    fleet: str,
    *,
    status: int = 200,
    typed: PolicyTyped | None = None,
    channel: ChannelTyped | None = None,
    untested: tuple[int, str] = (0, ""),
) -> HttpResponse:
    """Draw the fleet's policy, with whatever form of the page was refused."""
    found, role = fleet_for_person(user=request.user, slug=fleet)
    seat = Seat(fleet=found, role=role, user=request.user, now=clock_now())
    shell = shell_for(request.user, here="escalation", fleet=fleet, live=False)
    context = {
        "shell": shell,
        "escalation": escalation_page(seat, typed=typed, untested=untested),
        "channels": fleet_channels(seat, typed=channel),
    }
    return render(request, "escalation/index.html", context, status=status)
